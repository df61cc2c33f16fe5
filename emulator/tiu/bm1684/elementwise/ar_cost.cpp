// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of elementwise arithmetic. Constants, broadcasts and operands in one bank cost no more and no less.
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/elementwise/elementwise_cost.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

enum Operation : std::uint64_t {
  kMul = 0,
  kMac = 1,
  kAdd = 2,
  kSub = 3,
  kMax = 4,
  kMin = 5,
  kShift = 6,
  kAnd = 7,
  kOr = 8,
  kXor = 9,
  kDivide = 12,
  kRsqrt = 17,
  kCopy = 19
};
constexpr std::uint64_t kI8 = 0;

// Cycles per row, as observed. 8-bit and 16-bit rows hold four batches, so 16-bit operands fill two words.
double cycles_32_bit(std::uint64_t operation) {
  switch (operation) {
    case kCopy: return 1;
    case kMac: return 5;
    case kDivide: return 30;
    default: return 2;  // mul, add, sub, max, min, shift, and, or, xor, select; Unknown: the never emitted others
  }
}

double cycles_8_bit(std::uint64_t operation, bool to_8_bit) {
  switch (operation) {
    case kMul: return to_8_bit ? 3 : 2;
    case kMac: return 4;
    case kAdd:
    case kSub: return 2;
    case kMax:
    case kMin: return 1;   // min: assumed, as max
    case kCopy: return 1;  // assumed, as 32-bit
    default: return 2;     // Unknown: shift and logic on 8 bits are not emitted
  }
}

double cycles_16_bit(std::uint64_t operation, bool to_8_bit) {
  if (to_8_bit) return 4;  // observed for add; assumed for others
  switch (operation) {
    case kMin:
    case kAnd:
    case kOr:
    case kXor: return 2;   // or, xor: assumed, as and
    case kCopy: return 1;  // assumed, as 32-bit
    default: return 3;     // add, sub, max, shift; mul: assumed
  }
}

}  // namespace

CostBreakdown cost(const isa::bm1684::Ar& f, const isa::ChipSpec& chip) {
  if (!is_fixed_point(f.opt_opd0_prec)) return elementwise(f, chip, cycles_32_bit(f.tsk_eu_typ));
  const bool to_8_bit = f.opt_res0_prec == kI8;
  const bool from_8_bit = f.opt_opd0_prec == kI8;
  return elementwise(f, chip,
                     from_8_bit ? cycles_8_bit(f.tsk_eu_typ, to_8_bit) : cycles_16_bit(f.tsk_eu_typ, to_8_bit));
}

}  // namespace bmemu::emulator
