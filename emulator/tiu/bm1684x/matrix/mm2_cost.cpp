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

void add_silicon(CostParts& parts, const isa::bm1684x::Mm2& f, const CostBreakdown& ideal, const isa::ChipSpec& chip) {
  if (bm1684x::cube_of(f.opd0_prec, chip).channels > 1)
    parts.add(Cause::kSupply, double(ideal.total()) * (chip.silicon.cube_ratio - 1));
}

}  // namespace bmemu::emulator
