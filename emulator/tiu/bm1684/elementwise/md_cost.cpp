// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of the f32 instructions for whole tensors: scalar, linear, sum, compare, special functions, table look-up.
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/elementwise/elementwise_cost.h"

namespace bmemu::emulator {

using namespace bm1684;

using isa::bm1684::EuOp;

CostBreakdown cost(const isa::bm1684::Lut& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, chip.ideal_row.lookup_cycles);
}

CostBreakdown cost(const isa::bm1684::MdScalar& f, const isa::ChipSpec& chip) {
  const isa::IdealRowSpec& row = chip.ideal_row;
  return elementwise(f, chip, f.operation() == EuOp::kDivide ? row.divide_cycles : row.scalar_cycles);
}

CostBreakdown cost(const isa::bm1684::MdLinear& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, chip.ideal_row.linear_cycles);
}

// Unknown: not emitted; assumed to read every row of the operand once. The operand's h and w are those of the command.
CostBreakdown cost(const isa::bm1684::MdSum& f, const isa::ChipSpec& chip) {
  auto operand = f;
  operand.res0_n = std::max(f.res0_n, f.opd0_n);
  operand.res0_h = std::max(f.res0_h, f.opd0_h);
  operand.res0_w = std::max(f.res0_w, f.opd0_w);
  return elementwise(operand, chip, chip.ideal_row.scalar_cycles);
}

CostBreakdown cost(const isa::bm1684::MdSfu& f, const isa::ChipSpec& chip) {
  const isa::IdealRowSpec& row = chip.ideal_row;
  switch (f.operation()) {
    case EuOp::kTaylor: return elementwise(f, chip, row.taylor_cycles + row.taylor_term_cycles * double(f.opd1_n));
    case EuOp::kRsqrt: return elementwise(f, chip, row.rsqrt_cycles);
    default: return elementwise(f, chip, row.convert_cycles);  // f32 -> i32, exponent, power of two
  }
}

// Unknown: compare with both results (24) is not emitted; assumed as the select that it contains.
CostBreakdown cost(const isa::bm1684::MdCmp& f, const isa::ChipSpec& chip) {
  const isa::IdealRowSpec& row = chip.ideal_row;
  return elementwise(f, chip, f.operation() == EuOp::kCompare ? row.compare_cycles : row.select_cycles);
}

}  // namespace bmemu::emulator
