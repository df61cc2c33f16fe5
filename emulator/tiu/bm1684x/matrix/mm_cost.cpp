// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X matrix multiplication in matrix layout: a row of the result is spread over lanes and execution units,
// and takes one cycle per element of the left row.
#include <utility>

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"
#include "emulator/tiu/bm1684x/silicon.h"

namespace bmemu::emulator {

// Observed: a bias and an accumulation take one more pass each.
CostBreakdown cost(const isa::bm1684x::Mm& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  std::int64_t rows = i64(f.opd0_n);
  std::int64_t inner = std::max<std::int64_t>((i64(f.opd0_c) - 1) * i64(f.opd0_w) + i64(f.opd1_w), 0);
  if (f.left_tran != 0) std::swap(rows, inner);  // Unknown: not seen in estimates; the sizes are exchanged, see Mm
  const bool has_bias = f.opd2_const == 0 && f.opd0_prec == isa::Precision::kF32;  // int8 has no bias operand
  const std::int64_t passes = inner + (f.res_add != 0 ? 1 : 0) + (has_bias ? 1 : 0);
  const std::int64_t row = eu_elements(element_bits(f.opd0_prec), chip);
  const std::int64_t cycles = product(rows, passes, lane_rows(f, chip), ceil_div(i64(f.res0_w), row));
  return array_cost(cycles, double(rows) * double(passes) * double(f.res0_c) * double(f.res0_w),
                    double(chip.tiu.lanes * row));
}

void add_silicon(CostParts& parts, const isa::bm1684x::Mm& f, const CostBreakdown& ideal, const isa::ChipSpec& chip) {
  if (f.opd0_prec == isa::Precision::kF32)
    parts.add(Cause::kSupply, double(ideal.total()) * (chip.silicon.matmul_f32_ratio - 1));
}

}  // namespace bmemu::emulator
