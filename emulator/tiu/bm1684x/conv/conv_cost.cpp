// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X convolution: output pixels, input channels and output channels are rounded up to cube and lanes.
#include "emulator/tiu/bm1684x/conv/cube.h"
#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/silicon.h"

namespace bmemu::emulator {
namespace {

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

}  // namespace

// Observed: bias, kernel zero point, accumulation, padding, inserted zeros, strides of the window and free strides of
// the input cost nothing; the pixels of a plane are rounded up together, not line by line.
CostBreakdown cost(const isa::bm1684x::Conv& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const Cube cube = cube_of(f.opd0_prec, chip);
  const std::int64_t taps = i64(f.opd1_h) * i64(f.opd1_w);
  const std::int64_t cycles =
      product(f.res0_n, lane_rows(f, chip), plane_rows(f, cube.pixels), taps, ceil_div(i64(f.opd0_c), cube.channels));
  const double products =
      double(f.res0_n) * double(f.res0_c) * double(f.res0_h) * double(f.res0_w) * double(taps) * double(f.opd0_c);
  return array_cost(cycles, products, double(chip.tiu.lanes * cube.pixels * cube.channels));
}

double extra_window_rows(std::int64_t pixels, std::int64_t in_w, std::int64_t out_w, std::int64_t kernel_w,
                         std::int64_t stride_x, std::int64_t stride_y) {
  const std::int64_t span = (std::min(pixels, out_w) - 1) * stride_x;
  std::int64_t extra = 0;
  for (std::int64_t line = 0; line < pixels; ++line)  // offsets repeat after as many lines as a row has pixels
    for (std::int64_t tap = 0; tap < kernel_w; ++tap) {
      const std::int64_t begin = line * stride_y * in_w + tap - kernel_w / 2;
      extra += floor_div(begin + span, pixels) - floor_div(begin, pixels);
    }
  return double(extra) / double(pixels * kernel_w);
}

void add_silicon(CostParts& parts, const isa::bm1684x::Conv& f, const CostBreakdown& ideal, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const Cube cube = cube_of(f.opd0_prec, chip);
  const double cycles = double(ideal.total());
  if (cube.channels > 1) {
    parts.add(Cause::kSupply, cycles * (chip.silicon.cube_ratio - 1));
    return;
  }
  // Without the cube every execution unit works on a pixel; pixels of one tap lie in one row of local memory or in two.
  const std::int64_t stride_x = std::max<std::int64_t>(i64(f.res_op_x_str), 1);
  const std::int64_t stride_y = std::max<std::int64_t>(i64(f.res_op_y_str), 1);
  if (f.opd1_h == 1 && f.opd1_w == 1 && stride_x == 1 && stride_y == 1) return;
  const double extra = extra_window_rows(cube.pixels, i64(f.opd0_w), i64(f.res0_w), i64(f.opd1_w), stride_x, stride_y);
  parts.add(Cause::kSupply, cycles * extra * chip.silicon.window_row_share);
}

}  // namespace bmemu::emulator
