// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Integer rounding and saturation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace bmemu::emulator {

/// x / 2^shift, halves toward plus infinity. Contract: 0 <= shift < 63 and |x| < 2^62.
inline std::int64_t round_half_up_shift(std::int64_t x, unsigned shift) {
  return shift == 0 ? x : (x + (std::int64_t{1} << (shift - 1))) >> shift;
}

/// sum + a * b in 64 bits that wrap around: operands of 32 bits may leave them.
inline std::int64_t wrapping_sum(std::int64_t sum, std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) +
                                   static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// Range of an integer type.
struct IntegerRange {
  std::int64_t low;
  std::int64_t high;
  std::int64_t clamp(std::int64_t x) const { return std::min(std::max(x, low), high); }
};

/// Contract: 1 <= bits <= 32.
inline IntegerRange integer_range(unsigned bits, bool is_signed) {
  if (is_signed) return {-(std::int64_t{1} << (bits - 1)), (std::int64_t{1} << (bits - 1)) - 1};
  return {0, (std::int64_t{1} << bits) - 1};
}

/// What a fixed-point unit does with its sums: add a bias, shift right with halves rounded up, saturate.
struct ShiftAndClamp {
  unsigned right_shift = 0;
  IntegerRange range;

  void apply(const std::int64_t* sums, std::size_t count, std::int64_t bias, std::int32_t* results) const {
    for (std::size_t k = 0; k < count; ++k)
      results[k] = static_cast<std::int32_t>(range.clamp(round_half_up_shift(sums[k] + bias, right_shift)));
  }
};

}  // namespace bmemu::emulator
