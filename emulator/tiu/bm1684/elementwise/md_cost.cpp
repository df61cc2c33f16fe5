// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of the f32 instructions for whole tensors: scalar, linear, sum, compare, special functions, table look-up.
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/elementwise/elementwise_cost.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

using isa::bm1684::EuOp;

// Cycles per row, as observed.
constexpr double kScalarCycles = 1, kDivideCycles = 30, kRsqrtCycles = 27, kConvertCycles = 1;
constexpr double kLinearCycles = 4;
constexpr double kLookupCycles = 24;  ///< whatever the length of the table
constexpr double kTaylorTermCycles = 4, kTaylorCycles = 2;
constexpr double kCompareCycles = 1, kSelectCycles = 2;

}  // namespace

CostBreakdown cost(const isa::bm1684::Lut& f, const isa::ChipSpec& chip) { return elementwise(f, chip, kLookupCycles); }

CostBreakdown cost(const isa::bm1684::MdScalar& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, f.operation() == EuOp::kDivide ? kDivideCycles : kScalarCycles);
}

CostBreakdown cost(const isa::bm1684::MdLinear& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, kLinearCycles);
}

// Unknown: not emitted; assumed to read every row of the operand once. The operand's h and w are those of the command.
CostBreakdown cost(const isa::bm1684::MdSum& f, const isa::ChipSpec& chip) {
  auto operand = f;
  operand.res0_n = std::max(f.res0_n, f.opd0_n);
  operand.res0_h = std::max(f.res0_h, f.opd0_h);
  operand.res0_w = std::max(f.res0_w, f.opd0_w);
  return elementwise(operand, chip, kScalarCycles);
}

CostBreakdown cost(const isa::bm1684::MdSfu& f, const isa::ChipSpec& chip) {
  switch (f.operation()) {
    case EuOp::kTaylor: return elementwise(f, chip, kTaylorCycles + kTaylorTermCycles * double(f.opd1_n));
    case EuOp::kRsqrt: return elementwise(f, chip, kRsqrtCycles);
    default: return elementwise(f, chip, kConvertCycles);  // f32 -> i32, exponent, power of two
  }
}

// Unknown: compare with both results (24) is not emitted; assumed as the select that it contains.
CostBreakdown cost(const isa::bm1684::MdCmp& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, f.operation() == EuOp::kCompare ? kCompareCycles : kSelectCycles);
}

}  // namespace bmemu::emulator
