// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/arithmetic/rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "emulator/arithmetic/float_rounding.h"
#include "emulator/arithmetic/half.h"
#include "emulator/arithmetic/to_integer.h"

namespace bmemu::emulator {
namespace {

constexpr Rounding kModes[] = {Rounding::kHalfEven, Rounding::kHalfAway, Rounding::kTowardZero, Rounding::kDown,
                               Rounding::kUp,       Rounding::kHalfUp,   Rounding::kHalfDown};

__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using): an alias takes no __extension__

/// The integer that a mode chooses for a / b, b > 0: of the two neighbours, by their distances.
Wide choose(Wide a, Wide b, Rounding mode) {
  const Wide below = a / b - (a % b != 0 && a < 0 ? 1 : 0);
  const Wide above = below + (a == below * b ? 0 : 1);
  const Wide to_below = a - below * b, to_above = above * b - a;
  switch (mode) {
    case Rounding::kTowardZero: return a < 0 ? above : below;
    case Rounding::kDown: return below;
    case Rounding::kUp: return above;
    default: break;
  }
  if (to_below != to_above) return to_below < to_above ? below : above;
  switch (mode) {
    case Rounding::kHalfEven: return below % 2 == 0 ? below : above;
    case Rounding::kHalfAway: return a < 0 ? below : above;
    case Rounding::kHalfUp: return above;
    default: return below;
  }
}

TEST(Rounding, RightShiftsChooseTheNeighbourThatTheModeNames) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 20000; ++trial) {
    const int shift = static_cast<int>(random() % 62);
    std::int64_t x = static_cast<std::int64_t>(random()) >> (random() % 63);
    if (random() % 3 == 0 && shift > 0)
      x = (x >> shift) * (std::int64_t{1} << shift) + (std::int64_t{1} << (shift - 1));  // a tie
    for (const Rounding mode : kModes)
      ASSERT_EQ(shift_right_rounded(x, shift, mode), static_cast<std::int64_t>(choose(x, Wide{1} << shift, mode)))
          << x << " >> " << shift << " mode " << static_cast<int>(mode);
  }
}

TEST(Rounding, AmountsAbove63ActLike63) {
  for (const Rounding mode : kModes) {
    EXPECT_EQ(shift_right_rounded(12345, 200, mode), shift_right_rounded(12345, 63, mode));
    EXPECT_EQ(shift_right_rounded(-12345, 64, mode), shift_right_rounded(-12345, 63, mode));
  }
  EXPECT_EQ(shift_right_rounded(-1, 100, Rounding::kDown), -1);
  EXPECT_EQ(shift_right_rounded(-1, 100, Rounding::kHalfUp), 0);
}

TEST(Rounding, LeftShiftsCountModulo64) {
  EXPECT_EQ(shift_rounded(3, 4, Rounding::kDown), 48);
  EXPECT_EQ(shift_rounded(3, 66, Rounding::kDown), 12);
  EXPECT_EQ(shift_rounded(-3, 0, Rounding::kUp), -3);
  EXPECT_EQ(shift_rounded(7, -1, Rounding::kHalfDown), 3);
}

TEST(Rounding, FloatsBecomeTheIntegerThatTheModeNames) {
  const IntegerRange range = integer_range(16, true);
  for (int eighths = -80; eighths <= 80; ++eighths)
    for (const Rounding mode :
         {Rounding::kHalfEven, Rounding::kHalfAway, Rounding::kTowardZero, Rounding::kDown, Rounding::kUp})
      EXPECT_EQ(float_to_integer(static_cast<float>(eighths) / 8, mode, range),
                static_cast<std::int64_t>(choose(eighths, 8, mode)))
          << eighths << "/8 mode " << static_cast<int>(mode);
  EXPECT_EQ(float_to_integer(1e30F, Rounding::kDown, range), 32767);
  EXPECT_EQ(float_to_integer(-HUGE_VALF, Rounding::kDown, range), -32768);
  EXPECT_EQ(float_to_integer(std::numeric_limits<float>::quiet_NaN(), Rounding::kDown, range), 0);
}

/// Value of a 16-bit float, from its definition.
double value_of(std::uint16_t bits, int exponent_bits, int mantissa_bits) {
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
  const int mantissa = bits & ((1 << mantissa_bits) - 1);
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, 1 - bias - mantissa_bits)
                                         : std::ldexp((1 << mantissa_bits) + mantissa, exponent - bias - mantissa_bits);
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

TEST(Half, EveryF16IsExactAndComesBack) {
  for (unsigned bits = 0; bits < 0x10000U; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const unsigned magnitude = bits & 0x7FFFU;
    const float value = f16_to_f32(half);
    if (magnitude > 0x7C00U) {
      ASSERT_EQ(to_bits(value), 0x7FFFFFFFU | (bits & 0x8000U) << 16) << bits;
      continue;
    }
    if (magnitude < 0x7C00U) {
      ASSERT_EQ(value, value_of(half, 5, 10)) << bits;
      ASSERT_EQ(std::signbit(value), bits >= 0x8000U);
    } else {
      ASSERT_TRUE(std::isinf(value));
    }
    ASSERT_EQ(f32_to_f16(value), half) << bits;
    for (const Rounding mode : kModes) ASSERT_EQ(f32_to_f16(value, mode), half) << bits;
  }
}

TEST(Half, EveryNormalBf16IsExactAndComesBack) {
  for (unsigned bits = 0; bits < 0x10000U; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const unsigned magnitude = bits & 0x7FFFU;
    if (magnitude > 0x7F80U || (magnitude < 0x80U && magnitude != 0)) continue;
    const float value = bf16_to_f32(half);
    if (magnitude < 0x7F80U) {
      ASSERT_EQ(value, value_of(half, 8, 7)) << bits;
    }
    ASSERT_EQ(f32_to_bf16(value), half) << bits;
    for (const Rounding mode : kModes) ASSERT_EQ(f32_to_bf16(value, mode), half) << bits;
  }
}

TEST(Half, SpecialValuesOfConversions) {
  EXPECT_EQ(f32_to_f16(65519.0F), 0x7BFF);
  EXPECT_EQ(f32_to_f16(65520.0F), 0x7C00);
  EXPECT_EQ(f32_to_f16(65520.0F, Rounding::kHalfDown), 0x7BFF);
  EXPECT_EQ(f32_to_f16(-65520.0F, Rounding::kHalfUp), 0xFC00);  // by magnitude
  EXPECT_EQ(f32_to_f16(-65520.0F, Rounding::kHalfDown), 0xFBFF);
  EXPECT_EQ(f32_to_f16(-65535.0F, static_cast<Rounding>(7)), 0xFBFF);
  EXPECT_EQ(f32_to_f16(65535.0F, Rounding::kTowardZero), 0x7BFF);
  EXPECT_EQ(f32_to_f16(65536.0F, Rounding::kTowardZero), 0x7C00);
  EXPECT_EQ(f32_to_f16(1e9F, Rounding::kTowardZero, Overflow::kByRounding), 0x7BFF);
  EXPECT_EQ(f32_to_f16(-1e9F, Rounding::kUp, Overflow::kByRounding), 0xFBFF);
  EXPECT_EQ(f32_to_f16(-1e9F, Rounding::kDown, Overflow::kByRounding), 0xFC00);
  EXPECT_EQ(f32_to_f16(std::numeric_limits<float>::quiet_NaN()), 0x7FFF);
  EXPECT_EQ(f32_to_bf16(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(f32_to_bf16(std::numeric_limits<float>::quiet_NaN()), 0x7FFF);
}

/// Of the two neighbouring f16 values the one that the mode names, "half up" and "half down" by magnitude. Only for
/// magnitudes below the largest finite one.
TEST(Half, RandomFloatsRoundToANeighbourByTheMode) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 50000; ++trial) {
    const auto half = static_cast<std::uint16_t>(random() % 0x7BFF);
    const double low = value_of(half, 5, 10), high = value_of(half + 1, 5, 10);
    double position = random() % 17 / 16.0;  // often a tie
    auto x = static_cast<float>(low + (high - low) * position);
    const bool negative = random() % 2 != 0;
    const auto scaled = static_cast<std::int64_t>(std::ldexp(static_cast<double>(x), 30));
    const auto step = static_cast<std::int64_t>(std::ldexp(high - low, 30));
    if (step == 0 || std::ldexp(static_cast<double>(scaled), -30) != x) continue;
    for (const Rounding mode : kModes) {
      const bool by_magnitude = mode == Rounding::kHalfUp || mode == Rounding::kHalfDown;
      const auto steps = static_cast<std::int64_t>(choose(negative && !by_magnitude ? -scaled : scaled, step, mode));
      const double sign = negative && by_magnitude ? -1 : 1;
      const double expected = sign * std::ldexp(static_cast<double>(steps * step), -30);
      const float got = f16_to_f32(f32_to_f16(negative ? -x : x, mode));
      ASSERT_EQ(got, expected) << x << " mode " << static_cast<int>(mode);
    }
    ASSERT_EQ(f32_to_f16(x), f32_to_f16(x, Rounding::kHalfEven));
    ASSERT_EQ(f32_to_bf16(x), f32_to_bf16(x, Rounding::kHalfEven));
  }
}

TEST(Half, IntegersRoundToTheSignificantBitsOfAFloat) {
  std::mt19937_64 random(6);
  for (int trial = 0; trial < 20000; ++trial) {
    const std::int64_t x = static_cast<std::int64_t>(random()) >> (31 + random() % 32);
    EXPECT_EQ(integer_to_float(x, 24, Rounding::kHalfEven), static_cast<float>(x));
    for (const unsigned precision : {8U, 11U}) {
      std::int64_t step = 1;
      while ((x < 0 ? -x : x) / step >= std::int64_t{1} << precision) step *= 2;
      for (const Rounding mode : kModes)
        ASSERT_EQ(integer_to_float(x, precision, mode), static_cast<double>(choose(x, step, mode) * step))
            << x << " " << precision << " mode " << static_cast<int>(mode);
    }
  }
}

}  // namespace
}  // namespace bmemu::emulator
