// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X gather and scatter of whole lines.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Unknown: no estimate was seen. Taken as one row per cycle, line by line.
CostBreakdown cost(const isa::bm1684x::Sgl& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const std::int64_t row = eu_elements(element_bits(f.res0_prec), chip);
  const std::int64_t cycles = product(f.res0_n, lane_rows(f, chip), f.res0_h, ceil_div(i64(f.res0_w), row));
  return array_cost(cycles, double(f.res0_n) * double(f.res0_c) * double(f.res0_h) * double(f.res0_w),
                    double(chip.tiu.lanes * row));
}

}  // namespace bmemu::emulator
