// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of pooling and depthwise convolution. Every tap of a row of outputs is a fetch of stride + 1 rows of input, of
// which one is work and the others are misaligned or skipped words. Eight-bit data is taken one batch at a time, a
// byte of every word, so that a row holds four times as many outputs as with 32-bit data.
#include "emulator/event/cost_parts.h"
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/row_work.h"

namespace bmemu::emulator {

using namespace bm1684;

CostBreakdown cost(const isa::bm1684::PorD& f, const isa::ChipSpec& chip) {
  const bool fixed_point = is_fixed_point(f.opt_opd0_prec);
  const bool maximum = f.operation() == isa::bm1684::EuOp::kMax;
  const auto work = row_work(f, chip, double(f.res0_n), f.res0_n, f.res0_h * f.res0_w,
                             fixed_point ? port_bytes(chip) : port_words(chip));
  const double taps = double(f.opd1_h * f.opd1_w);
  const double x_stride = double(std::max<std::uint64_t>(f.res_op_x_str, 1));
  // Observed: f32 saves the last fetch of every kernel row, 8 bits only that of the whole kernel, and only for maximum.
  const double saved = fixed_point ? (maximum ? 1 : 0) : double(f.opd1_h);
  // Observed on average pooling and depthwise convolution alike, with and without bias; maximum has no end of a row.
  const double end = fixed_point ? chip.ideal_row.window_i8_start_cycles : chip.ideal_row.window_f32_start_cycles;
  const double fill = maximum ? 0 : end;
  return CostParts()
      .add(Cause::kArray, work.useful_rows * taps)
      .add(Cause::kPadding, (work.rows - work.useful_rows) * taps)
      .add(Cause::kSupply, work.rows * (taps * x_stride - saved))
      .add(Cause::kFill, work.rows * fill)
      .breakdown();
}

}  // namespace bmemu::emulator
