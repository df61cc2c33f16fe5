// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rounding to narrower floats with the seven modes of the BM1684X.
#pragma once

#include <cstdint>

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/rounding.h"

namespace bmemu::emulator {

/// `magnitude` / 2^drop of a number with this sign, rounded. Contract: 0 <= drop <= 63.
inline std::uint64_t round_magnitude(std::uint64_t magnitude, unsigned drop, bool negative, Rounding rounding) {
  if (drop == 0) return magnitude;
  const std::uint64_t kept = magnitude >> drop;
  const std::uint64_t rest = magnitude & ((std::uint64_t{1} << drop) - 1);
  const std::uint64_t half = std::uint64_t{1} << (drop - 1);
  switch (rounding) {
    case Rounding::kHalfEven: return kept + (rest > half || (rest == half && (kept & 1) != 0));
    case Rounding::kHalfAway: return kept + (rest >= half);
    case Rounding::kTowardZero: return kept;
    case Rounding::kDown: return kept + (negative && rest != 0);
    case Rounding::kUp: return kept + (!negative && rest != 0);
    case Rounding::kHalfUp: return kept + (negative ? rest > half : rest >= half);
    case Rounding::kHalfDown: return kept + (negative ? rest >= half : rest > half);
  }
  return kept;
}

/// Whether a number beyond the largest finite one becomes infinite (or else that largest one).
inline bool overflows_to_infinity(bool negative, Rounding rounding) {
  switch (rounding) {
    case Rounding::kTowardZero: return false;
    case Rounding::kDown: return negative;
    case Rounding::kUp: return !negative;
    default: return true;
  }
}

/// The same for mantissas of floats. Observed: "half up" and "half down" act on the magnitude, and the eighth mode
/// cuts.
inline std::uint64_t round_mantissa(std::uint64_t magnitude, unsigned drop, bool negative, Rounding rounding) {
  const bool by_sign = rounding == Rounding::kDown || rounding == Rounding::kUp;
  return round_magnitude(magnitude, drop, by_sign && negative, rounding);
}

/// What becomes of numbers beyond the largest finite one. Observed: floats of 65536 and more become infinite in every
/// mode, integers go by the mode.
enum class Overflow : std::uint8_t { kInfinite, kByRounding };

/// Every nan becomes 0x7FFF with its sign.
inline std::uint16_t f32_to_f16(float value, Rounding rounding, Overflow overflow = Overflow::kInfinite) {
  const std::uint32_t bits = to_bits(value);
  const bool negative = (bits >> 31) != 0;
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) return sign | 0x7FFFU;
  if (magnitude == 0x7F800000U) return sign | 0x7C00U;
  if (magnitude >= 0x47800000U)
    return sign | (overflow == Overflow::kInfinite || overflows_to_infinity(negative, rounding) ? 0x7C00U : 0x7BFFU);
  if (magnitude >= 0x38800000U)
    return sign | static_cast<std::uint16_t>(round_mantissa(magnitude - (112U << 23), 13, negative, rounding));
  // A denormal result counts units of 2^-24.
  const unsigned exponent = magnitude >> 23;
  const std::uint64_t significand = exponent == 0 ? magnitude : (magnitude & 0x7FFFFFU) | 0x800000U;
  const unsigned drop = 126U - (exponent == 0 ? 1U : exponent);
  return sign | static_cast<std::uint16_t>(round_mantissa(significand, drop < 63 ? drop : 63, negative, rounding));
}

/// Every nan becomes 0x7FFF with its sign; float32 denormals become zero.
inline std::uint16_t f32_to_bf16(float value, Rounding rounding) {
  const std::uint32_t bits = to_bits(value);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  if (magnitude > 0x7F800000U) return sign | 0x7FFFU;
  if (magnitude < 0x00800000U) return sign;
  return sign | static_cast<std::uint16_t>(round_mantissa(magnitude, 16, sign != 0, rounding));
}

/// Whether a conversion of integers looks at their sign when it rounds.
enum class RoundsBy : std::uint8_t { kNumber, kMagnitude };

/// x rounded to `precision` significant bits, as the exact float of that value. Contract: |x| < 2^40, precision <= 24.
/// Observed: words are rounded as numbers, where the eighth mode is down; narrower integers as mantissas are.
inline float integer_to_float(std::int64_t x, unsigned precision, Rounding rounding, RoundsBy by = RoundsBy::kNumber) {
  const bool negative = x < 0;
  const auto magnitude = static_cast<std::uint64_t>(negative ? -x : x);
  unsigned length = 0;
  while (length < 64 && (magnitude >> length) != 0) ++length;
  const unsigned drop = length > precision ? length - precision : 0;
  const bool eighth = static_cast<unsigned>(rounding) == 7;
  const auto kept = static_cast<float>(
      by == RoundsBy::kMagnitude ? round_mantissa(magnitude, drop, negative, rounding)
                                 : round_magnitude(magnitude, drop, negative, eighth ? Rounding::kDown : rounding));
  const float scaled = kept * static_cast<float>(std::uint64_t{1} << drop);
  return negative ? -scaled : scaled;
}

}  // namespace bmemu::emulator
