// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X compare and select.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Observed: a result in the place of an operand costs nothing more.
CostBreakdown cost(const isa::bm1684x::Cmp& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  return elementwise(f, chip, std::max(element_bits(f.opd0_prec), element_bits(f.opd2_prec)),
                     std::max<std::int64_t>(chip.ideal_tiu.compare_passes, 1));
}

}  // namespace bmemu::emulator
