// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X instructions that no compiler emits, and of the end of a stream.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Unknown: all of these but the end, which has no estimate and takes no time. Taken as one row per cycle and operation:
// multiply-add counts two (as the vendor's profiler for BM1688 counts it).
// Source: tpu-mlir python/debugger/target_1688/opdef.py.
CostBreakdown cost(const isa::bm1684x::Lin& f, const isa::ChipSpec& chip) {
  constexpr std::int64_t kMultiplyAdd = 2;
  return bm1684x::elementwise(f, chip, bm1684x::element_bits(f.res0_prec), kMultiplyAdd);
}

CostBreakdown cost(const isa::bm1684x::Lar& f, const isa::ChipSpec& chip) {
  return bm1684x::elementwise(f, chip, bm1684x::element_bits(f.res0_prec), 1);
}

CostBreakdown cost(const isa::bm1684x::Seg& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const std::int64_t row = eu_elements(element_bits(f.res0_prec), chip);
  return array_cost(product(lane_rows(f, chip), ceil_div(i64(f.res0_w), row)), double(f.res0_c) * double(f.res0_w),
                    double(chip.tiu.lanes * row));
}

CostBreakdown cost(const isa::bm1684x::Vc& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  const std::int64_t bits = std::max({element_bits(f.res0_prec), element_bits(f.opd0_prec), element_bits(f.opd1_prec)});
  const std::int64_t row = eu_elements(bits, chip);
  const std::int64_t rows = std::max<std::int64_t>((i64(f.opd0_c) - 1) * i64(f.opd0_w) + i64(f.opd1_w), 0);
  return array_cost(product(rows, lane_rows(f, chip), ceil_div(i64(f.res0_w), row)),
                    double(rows) * double(f.res0_c) * double(f.res0_w), double(chip.tiu.lanes * row));
}

CostBreakdown cost(const isa::bm1684x::SysId&, const isa::ChipSpec&) { return {}; }

}  // namespace bmemu::emulator
