// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of elementwise arithmetic. Constants, broadcasts and operands in one bank cost no more and no less.
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/elementwise/elementwise_cost.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

using isa::bm1684::EuOp;

// Cycles per row, as observed. 8-bit and 16-bit rows hold four batches, so 16-bit operands fill two words.
double cycles_32_bit(EuOp op) {
  switch (op) {
    case EuOp::kCopy: return 1;
    case EuOp::kMac: return 5;
    case EuOp::kDivide: return 30;
    default: return 2;  // mul, add, sub, max, min, shift, and, or, xor, select; Unknown: the never emitted others
  }
}

double cycles_8_bit(EuOp op, bool to_8_bit) {
  switch (op) {
    case EuOp::kMul: return to_8_bit ? 3 : 2;
    case EuOp::kMac: return 4;
    case EuOp::kAdd:
    case EuOp::kSub: return 2;
    case EuOp::kMax:
    case EuOp::kMin: return 1;   // min: assumed, as max
    case EuOp::kCopy: return 1;  // assumed, as 32-bit
    default: return 2;           // Unknown: shift and logic on 8 bits are not emitted
  }
}

double cycles_16_bit(EuOp op, bool to_8_bit) {
  if (to_8_bit) return 4;  // observed for add; assumed for others
  switch (op) {
    case EuOp::kMin:
    case EuOp::kAnd:
    case EuOp::kOr:
    case EuOp::kXor: return 2;   // or, xor: assumed, as and
    case EuOp::kCopy: return 1;  // assumed, as 32-bit
    default: return 3;           // add, sub, max, shift; mul: assumed
  }
}

}  // namespace

CostBreakdown cost(const isa::bm1684::Ar& f, const isa::ChipSpec& chip) {
  if (!is_fixed_point(f.opt_opd0_prec)) return elementwise(f, chip, cycles_32_bit(f.operation()));
  const bool to_8_bit = f.opt_res0_prec == isa::Precision::kI8;
  const bool from_8_bit = f.opt_opd0_prec == isa::Precision::kI8;
  return elementwise(f, chip,
                     from_8_bit ? cycles_8_bit(f.operation(), to_8_bit) : cycles_16_bit(f.operation(), to_8_bit));
}

}  // namespace bmemu::emulator
