// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X requantisation and dequantisation.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Observed: always at the pace of 32-bit elements, also between 16 and 8 bits; operand and result in one bank take
// every row twice; parameters cost nothing, constant or not.
CostBreakdown cost(const isa::bm1684x::RqDq& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  CostBreakdown out = elementwise(f, chip, kWordBits, 1);
  if (bank_of(f.opd0_addr, chip) == bank_of(f.res0_addr, chip)) out.add(Cause::kBankConflict, out.total());
  return out;
}

}  // namespace bmemu::emulator
