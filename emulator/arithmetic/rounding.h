// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Integer shifts with the seven rounding modes of the BM1684X.
#pragma once

#include <cstdint>

namespace bmemu::emulator {

/// Values are the codes of the commands. Source: kernel API header of the BM1684X.
enum class Rounding : std::uint8_t {
  kHalfEven = 0,
  kHalfAway = 1,
  kTowardZero = 2,
  kDown = 3,
  kUp = 4,
  kHalfUp = 5,
  kHalfDown = 6,
};

/// x / 2^shift as an integer. Amounts above 63 act as 63. Contract: shift >= 0.
inline std::int64_t shift_right_rounded(std::int64_t x, int shift, Rounding rounding) {
  if (shift <= 0) return x;
  if (shift > 63) shift = 63;
  const std::int64_t floor = x >> shift;
  const std::uint64_t rest = static_cast<std::uint64_t>(x) & ((std::uint64_t{1} << shift) - 1);
  const std::uint64_t half = std::uint64_t{1} << (shift - 1);
  switch (rounding) {
    case Rounding::kHalfEven: return floor + (rest > half || (rest == half && (floor & 1) != 0));
    case Rounding::kHalfAway: return floor + (x >= 0 ? rest >= half : rest > half);
    case Rounding::kTowardZero: return floor + (x < 0 && rest != 0);
    case Rounding::kDown: return floor;
    case Rounding::kUp: return floor + (rest != 0);
    case Rounding::kHalfUp: return floor + (rest >= half);
    case Rounding::kHalfDown: return floor + (rest > half);
  }
  return floor;
}

/// The same with halves rounded up, for loops that know the mode. Contract: 1 <= shift <= 63.
inline std::int64_t shift_right_half_up(std::int64_t x, int shift) { return (x >> shift) + ((x >> (shift - 1)) & 1); }

/// How a requantising convolution or product shifts its sums. Observed: by one place less, counted modulo 32, and then
/// halved with halves rounded up, whatever the field of the rounding mode says; amounts below 1 shift nothing.
inline std::int64_t sum_shifted_right(std::int64_t sum, std::int32_t amount) {
  return amount < 1 ? sum : shift_right_half_up(sum, ((amount - 1) & 31) + 1);
}

/// Positive amounts shift left in a 64-bit register, counted modulo 64; negative ones right with rounding.
/// Observed: requantisation of random parameters.
inline std::int64_t shift_rounded(std::int64_t x, int amount, Rounding rounding) {
  if (amount <= 0) return shift_right_rounded(x, -amount, rounding);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << (amount & 63));
}

/// x * 2^amount, or rounded for a negative amount. Observed: amounts to the left count modulo 32; what leaves 64 bits
/// saturates when the result does, and products of unsigned words need all 64 (`no_sign`).
inline std::int64_t amount_shifted(std::int64_t x, int amount, Rounding rounding, bool saturate, bool no_sign) {
  const bool huge = no_sign && x < 0;  // 2^63 or more
  if (amount >= 0) {
    const int left = amount & 31;
    if (!saturate) return static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << left);
    if (huge || x > (INT64_MAX >> left)) return INT64_MAX;
    return x < (INT64_MIN >> left) ? INT64_MIN : static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << left);
  }
  if (!huge) return shift_right_rounded(x, -amount, rounding);
  if (amount == -1) return saturate ? INT64_MAX : shift_right_rounded(x, 1, rounding);
  // The bit that is lost stays in the last place: it cannot be the one that decides a tie.
  const auto half = static_cast<std::uint64_t>(x) >> 1 | (static_cast<std::uint64_t>(x) & 1);
  return shift_right_rounded(static_cast<std::int64_t>(half), (amount < -63 ? 63 : -amount) - 1, rounding);
}

}  // namespace bmemu::emulator
