// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X pooling and depthwise convolution: one pass of the result per tap of the window.
#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Observed: a window one tap high is worked line by line, any other plane by plane; a window that moves by more than
// one in both directions takes several passes per tap, one that does so in one direction does not; bias, padding and
// inserted zeros cost nothing.
// Unknown: the forms with regions of interest, which are never emitted; taken as any other window.
CostBreakdown cost(const isa::bm1684x::PorD& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const std::int64_t row = eu_elements(std::max(element_bits(f.opd0_prec), element_bits(f.res0_prec)), chip);
  const std::int64_t taps = i64(f.opd1_h) * i64(f.opd1_w);
  const std::int64_t rows = f.opd1_h == 1 ? i64(f.res0_h) * ceil_div(i64(f.res0_w), row) : plane_rows(f, row);
  const std::int64_t cycles = product(f.res0_n, lane_rows(f, chip), rows, taps);
  const double work = double(f.res0_n) * double(f.res0_c) * double(f.res0_h) * double(f.res0_w) * double(taps);
  CostBreakdown result = array_cost(cycles, work, double(chip.tiu.lanes * row));
  if (f.res_op_x_str > 1 && f.res_op_y_str > 1)
    result.add(Cause::kSupply, product(cycles, std::max<std::int64_t>(chip.ideal_tiu.strided_window_passes, 1) - 1));
  return result;
}

}  // namespace bmemu::emulator
