// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X convolution: output pixels, input channels and output channels are rounded up to cube and lanes.
#include "emulator/tiu/bm1684x/conv/cube.h"
#include "emulator/tiu/bm1684x/cost.h"

namespace bmemu::emulator {

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

}  // namespace bmemu::emulator
