// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <cstdint>

#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator::bm1684x {
namespace {

using I64 = std::int64_t;

/// The low `bits` of x as an unsigned number.
std::uint64_t low_bits(I64 x, unsigned bits) {
  return static_cast<std::uint64_t>(x) & ((std::uint64_t{1} << bits) - 1);
}

/// Shift of a 32-bit register. Observed: left amounts count modulo 32, right amounts stop at 63; the low bits of the
/// register are the result.
I64 register_shift(I64 x, I64 amount, Rounding rounding) {
  if (amount > 0) return static_cast<I64>(static_cast<std::uint64_t>(x) << (amount & 31));
  return shift_right_rounded(x, static_cast<int>(-amount), rounding);
}

/// Observed: made of two shifts of a 32-bit register whose amounts count modulo 32, so that amounts of the width or
/// more do not always come round.
I64 circular_shift(I64 x, I64 amount, unsigned bits) {
  const auto value = static_cast<std::uint32_t>(low_bits(x, bits));
  const auto by = static_cast<unsigned>(amount < 0 ? -amount : amount);
  const unsigned back = (bits - by) & 31U;
  return amount < 0 ? (value >> (by & 31U)) | (value << back) : (value << (by & 31U)) | (value >> back);
}

I64 leading(I64 x, unsigned bits, bool ones) {
  std::uint64_t value = low_bits(x, bits);
  if (ones) value = low_bits(~x, bits);
  I64 count = 0;
  for (unsigned bit = bits; bit-- > 0 && ((value >> bit) & 1U) == 0;) ++count;
  return count;
}

/// 2 * x * y / 2^(width of the result), saturated.
I64 double_high(I64 x, I64 y, const IntegerOperation& operation) {
  // Halving the divisor instead of doubling the product keeps every bit; a product of unsigned words needs all 64.
  const auto product = static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(y);
  const auto shift = static_cast<int>(operation.result_bits) - 1;
  if (x > 0 && y > 0 && (product >> 63) != 0) return operation.result.high;
  return operation.result.clamp(shift_right_rounded(static_cast<I64>(product), shift, operation.rounding));
}

/// f(a, b), shifted by C when there is one, saturated when asked for. The forms that compilers emit have loops of their
/// own: no shift, and one shift for all that rounds halves up.
template <class F>
void exact(const IntegerOperation& operation, const Source<I64>& a, const Source<I64>& b, const Source<I64>& c,
           I64* out, std::size_t count, bool saturate, F&& f) {
  const IntegerRange range = saturate ? operation.result : IntegerRange{INT64_MIN, INT64_MAX};
  const bool no_sign = operation.wide_product;
  if (!operation.shifted && !(saturate && no_sign)) {
    zip(a, b, out, count, [&](I64 x, I64 y) { return range.clamp(f(x, y)); });
    return;
  }
  const int shift = static_cast<std::int8_t>(c.constant());
  if (!no_sign && c.is_constant() && operation.rounding == Rounding::kHalfUp && shift < 0 && shift > -64) {
    zip(a, b, out, count, [&](I64 x, I64 y) { return range.clamp(shift_right_half_up(f(x, y), -shift)); });
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const int amount = operation.shifted ? static_cast<std::int8_t>(c[i]) : 0;
    out[i] = range.clamp(amount_shifted(f(a[i], b[i]), amount, operation.rounding, saturate, no_sign));
  }
}

}  // namespace

IntegerRange range_of(DataType format) { return integer_range(isa::bits(format), is_signed(format)); }

bool apply(const IntegerOperation& operation, const Source<I64>& a, const Source<I64>& b, const Source<I64>& c,
           I64* out, std::size_t count) {
  const unsigned bits = operation.bits;
  const Rounding rounding = operation.rounding;
  const auto add = [](I64 x, I64 y) { return x + y; };
  const auto sub = [](I64 x, I64 y) { return x - y; };
  const auto mul = [](I64 x, I64 y) { return wrapping_sum(0, x, y); };
  switch (operation.op) {
    case ArOp::kMul: exact(operation, a, b, c, out, count, false, mul); return true;
    case ArOp::kAdd: exact(operation, a, b, c, out, count, false, add); return true;
    case ArOp::kSub: exact(operation, a, b, c, out, count, false, sub); return true;
    case ArOp::kMulSaturating: exact(operation, a, b, c, out, count, true, mul); return true;
    case ArOp::kAddSaturating: exact(operation, a, b, c, out, count, true, add); return true;
    case ArOp::kSubSaturating: exact(operation, a, b, c, out, count, true, sub); return true;
    case ArOp::kMax: zip(a, b, out, count, [](I64 x, I64 y) { return std::max(x, y); }); return true;
    case ArOp::kMin: zip(a, b, out, count, [](I64 x, I64 y) { return std::min(x, y); }); return true;
    case ArOp::kAnd: zip(a, b, out, count, [](I64 x, I64 y) { return x & y; }); return true;
    case ArOp::kOr: zip(a, b, out, count, [](I64 x, I64 y) { return x | y; }); return true;
    case ArOp::kXor: zip(a, b, out, count, [](I64 x, I64 y) { return x ^ y; }); return true;
    case ArOp::kNot: map(a, out, count, [](I64 x) { return ~x; }); return true;
    case ArOp::kCopy:
    case ArOp::kCopyBatch: map(a, out, count, [](I64 x) { return x; }); return true;
    case ArOp::kAbs: map(a, out, count, [](I64 x) { return x < 0 ? -x : x; }); return true;
    case ArOp::kFirstOne: map(a, out, count, [bits](I64 x) { return leading(x, bits, false); }); return true;
    case ArOp::kFirstZero: map(a, out, count, [bits](I64 x) { return leading(x, bits, true); }); return true;
    case ArOp::kLogicShift:
      zip(a, b, out, count, [=](I64 x, I64 y) {
        return register_shift(static_cast<I64>(low_bits(x, bits)), static_cast<std::int8_t>(y), rounding);
      });
      return true;
    case ArOp::kArithmeticShift:
      zip(a, b, out, count, [=](I64 x, I64 y) { return register_shift(x, static_cast<std::int8_t>(y), rounding); });
      return true;
    case ArOp::kCircularShift:
      zip(a, b, out, count, [=](I64 x, I64 y) { return circular_shift(x, static_cast<std::int8_t>(y), bits); });
      return true;
    case ArOp::kMulDoubleHigh:
      zip(a, b, out, count, [&](I64 x, I64 y) { return double_high(x, y, operation); });
      return true;
    case ArOp::kMac:
      for (std::size_t i = 0; i < count; ++i) {
        const auto left = static_cast<unsigned>(c[i] & 0x3F), right = static_cast<unsigned>((c[i] >> 8) & 0xFF);
        // Observed: the old value is shifted for 16-bit results only.
        const I64 old =
            operation.result_bits == 16 ? static_cast<I64>(static_cast<std::uint64_t>(out[i]) << left) : out[i];
        const I64 sum = wrapping_sum(old, a[i], b[i]);
        out[i] = operation.accumulated.clamp(
            amount_shifted(sum, -static_cast<int>(right), rounding, false, operation.wide_product));
      }
      return true;
    default: return false;
  }
}

}  // namespace bmemu::emulator::bm1684x
