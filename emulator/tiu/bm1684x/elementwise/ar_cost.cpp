// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X elementwise arithmetic: a row per cycle, and more where local memory cannot supply a row per cycle.
#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684x;

using Op = isa::bm1684x::Ar::Op;

/// One operand or the result, when it has explicit strides.
struct FreeOperand {
  bool present = false;
  std::int64_t h_stride = 0;  ///< elements
  std::int64_t w_stride = 0;
};

/// Lines of local memory, each as wide as the execution units, that `count` pieces of a plane touch.
/// Observed: where the gap between pieces is below a line, every line of the plane is read; else each piece counts by
/// itself, and all count what the second one does (the first starts at a line).
std::int64_t lines_touched(std::int64_t count, std::int64_t piece_bytes, std::int64_t stride_bytes, std::int64_t line) {
  if (stride_bytes - piece_bytes < line) return ceil_div(count * stride_bytes, line);
  return count * ((stride_bytes % line + piece_bytes - 1) / line + 1);
}

/// Cycles that local memory takes to supply one row of an operand with explicit strides.
std::int64_t supply_factor(const FreeOperand& operand, const isa::bm1684x::Ar& f, std::int64_t bits,
                           const isa::ChipSpec& chip) {
  if (!operand.present) return 1;
  const std::int64_t row = eu_elements(bits, chip);
  const std::int64_t h = i64(f.res0_h), w = i64(f.res0_w);
  if (operand.w_stride > 1) return std::min(operand.w_stride, row);
  if (operand.w_stride == 1 && h > 1 && operand.h_stride > w) {
    const std::int64_t lines = lines_touched(h, w * bits / 8, operand.h_stride * bits / 8, chip.tiu.eu_bytes);
    return std::max<std::int64_t>(lines / std::max<std::int64_t>(plane_rows(f, row), 1), 1);
  }
  return 1;
}

/// Observed: one value per line of the plane, repeated along it.
bool repeats_along_lines(const FreeOperand& operand) { return operand.w_stride == 0 && operand.h_stride != 0; }

}  // namespace

// Observed, in this order: the widest operand sets the row; explicit strides slow the supply of the worst operand;
// a result in the place of an operand takes every row twice, except for copies (a result elsewhere in the same bank
// does not); two operands with explicit strides are supplied one after the other, unless one repeats along lines.
// Division counts its passes and nothing else of this but strides. Constants and a third operand cost nothing.
CostBreakdown cost(const isa::bm1684x::Ar& f, const isa::ChipSpec& chip) {
  const bool in_memory0 = f.opd0_const == 0;
  const bool two = f.tsk_opd_num >= 2;
  const bool in_memory1 = two && f.opd1_const == 0;
  std::int64_t bits = std::max(element_bits(f.res0_prec), element_bits(f.opd0_prec));
  if (two) bits = std::max(bits, element_bits(f.opd1_prec));

  const FreeOperand result{f.res0_str == isa::StrideMode::kFree, i64(f.res0_h_str), i64(f.res0_w_str)};
  const FreeOperand a{in_memory0 && f.opd0_str == isa::StrideMode::kFree, i64(f.opd0_h_str), i64(f.opd0_w_str)};
  const FreeOperand b{in_memory1 && f.opd1_str == isa::StrideMode::kFree, i64(f.opd1_h_str), i64(f.opd1_w_str)};

  const bool divides = f.operation() == Op::kDivide;
  CostBreakdown out = elementwise(f, chip, bits, divides ? std::max<std::int64_t>(chip.ideal_tiu.divide_passes, 1) : 1);
  const std::int64_t supply = std::max(
      {supply_factor(result, f, bits, chip), supply_factor(a, f, bits, chip), supply_factor(b, f, bits, chip)});
  out.add(Cause::kSupply, product(out.total(), supply - 1));
  if (divides) return out;

  const bool in_place = (in_memory0 && f.opd0_addr == f.res0_addr) || (in_memory1 && f.opd1_addr == f.res0_addr);
  if (in_place && f.operation() != Op::kCopy) out.add(Cause::kBankConflict, out.total());
  if (a.present && b.present && !repeats_along_lines(a) && !repeats_along_lines(b))
    out.add(Cause::kSupply, out.total());
  return out;
}

}  // namespace bmemu::emulator
