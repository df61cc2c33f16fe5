// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X matrix multiplication with one matrix row per lane: rows are lanes, columns pixels, K channels.
#include "emulator/tiu/bm1684x/conv/cube.h"
#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/silicon.h"

namespace bmemu::emulator {

CostBreakdown cost(const isa::bm1684x::Mm2& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const Cube cube = cube_of(f.opd0_prec, chip);
  // Unknown: tt (K x M times N x K), which is never emitted; taken as nt.
  const std::int64_t inner = i64(f.operation() == isa::bm1684x::Mm2::Op::kNn ? f.opd1_c : f.opd1_w);
  const std::int64_t cycles = product(ceil_div(i64(f.res0_c), chip.tiu.lanes), ceil_div(i64(f.res0_w), cube.pixels),
                                      ceil_div(inner, cube.channels));
  return array_cost(cycles, double(f.res0_c) * double(f.res0_w) * double(inner),
                    double(chip.tiu.lanes * cube.pixels * cube.channels));
}

// The cube works on blocks of four columns of one row here, as on blocks of four pixels in a convolution.
void add_silicon(CostParts& parts, const isa::bm1684x::Mm2& f, const CostBreakdown&, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const Cube cube = cube_of(f.opd0_prec, chip);
  if (cube.channels == 1) return;
  const std::int64_t columns = ceil_div(i64(f.res0_w), cube.pixels);
  const std::int64_t steps =
      ceil_div(i64(f.operation() == isa::bm1684x::Mm2::Op::kNn ? f.opd1_c : f.opd1_w), cube.channels);
  add_block_waits(parts, columns, i64(f.res0_c), 0, steps, f.opd0_prec, chip);
}

}  // namespace bmemu::emulator
