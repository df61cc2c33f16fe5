// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of elementwise arithmetic. Constants, broadcasts and operands in one bank cost no more and no less.
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/elementwise/elementwise_cost.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

using isa::bm1684::EuOp;

double cycles_32_bit(EuOp op, const isa::IdealRowSpec& row) {
  switch (op) {
    case EuOp::kCopy: return row.copy_cycles;
    case EuOp::kMac: return row.f32_mac_cycles;
    case EuOp::kDivide: return row.divide_cycles;
    default: return row.f32_cycles;  // mul, add, sub, max, min, shift, and, or, xor, select; Unknown: the others
  }
}

double cycles_8_bit(EuOp op, bool to_8_bit, const isa::IdealRowSpec& row) {
  switch (op) {
    case EuOp::kMul: return to_8_bit ? row.i8_mul_to_i8_cycles : row.i8_cycles;
    case EuOp::kMac: return row.i8_mac_cycles;
    case EuOp::kMax:
    case EuOp::kMin: return row.i8_max_cycles;  // min: assumed, as max
    case EuOp::kCopy: return row.copy_cycles;   // assumed, as 32-bit
    default: return row.i8_cycles;              // add, sub; Unknown: shift and logic on 8 bits are not emitted
  }
}

// Four batches of 16-bit operands fill two words.
double cycles_16_bit(EuOp op, bool to_8_bit, const isa::IdealRowSpec& row) {
  if (to_8_bit) return row.i16_to_i8_cycles;  // observed for add; assumed for others
  switch (op) {
    case EuOp::kMin:
    case EuOp::kAnd:
    case EuOp::kOr:
    case EuOp::kXor: return row.i16_logic_cycles;  // or, xor: assumed, as and
    case EuOp::kCopy: return row.copy_cycles;      // assumed, as 32-bit
    default: return row.i16_cycles;                // add, sub, max, shift; mul: assumed
  }
}

}  // namespace

CostBreakdown cost(const isa::bm1684::Ar& f, const isa::ChipSpec& chip) {
  const isa::IdealRowSpec& row = chip.ideal_row;
  if (!is_fixed_point(f.opt_opd0_prec)) return elementwise(f, chip, cycles_32_bit(f.operation(), row));
  const bool to_8_bit = f.opt_res0_prec == isa::Precision::kI8;
  const bool from_8_bit = f.opt_opd0_prec == isa::Precision::kI8;
  return elementwise(
      f, chip, from_8_bit ? cycles_8_bit(f.operation(), to_8_bit, row) : cycles_16_bit(f.operation(), to_8_bit, row));
}

}  // namespace bmemu::emulator
