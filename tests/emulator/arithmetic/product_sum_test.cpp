// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sums of products against loops that do one operation after the other.
#include "emulator/arithmetic/products/product_sum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/half.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

template <class T>
struct Problem {
  std::size_t rows, taps, columns;
  std::vector<T> right;  ///< taps rows of columns, with slack
  std::vector<T> weights;

  ProductSum<T, T> sum(CpuPath cpu = best_cpu_path()) const {
    ProductSum<T, T> sum;
    sum.cpu = cpu;
    for (std::size_t t = 0; t < taps; ++t) sum.taps.push_back(right.data() + t * columns);
    sum.weights = rows_of(weights.data(), taps);
    sum.rows = rows;
    sum.columns = columns;
    return sum;
  }
};

template <class T, class Draw>
Problem<T> draw(std::mt19937& random, Draw&& value) {
  Problem<T> p{1 + random() % 20, 1 + random() % 70, 1 + random() % 40, {}, {}};
  if (random() % 8 == 0) p.taps = 300 + random() % 400;  // more than one block
  for (std::size_t i = 0; i < p.taps * p.columns; ++i) p.right.push_back(value());
  p.right.resize(p.right.size() + kTapSlack);
  for (std::size_t i = 0; i < p.rows * p.taps; ++i) p.weights.push_back(value());
  return p;
}

bool same(float a, float b) { return to_bits(a) == to_bits(b); }

TEST(ProductSum, TwoAccumulatorsTakeTurns) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 60; ++trial) {
    const auto p =
        draw<float>(random, [&] { return std::ldexp(static_cast<float>(random() % 4096) - 2048.0F, random() % 30); });
    const std::size_t stride = accumulator_stride(p.columns);
    std::vector<float> even(p.rows * stride), odd(p.rows * stride);
    for (auto& x : even) x = static_cast<float>(random() % 1000);
    for (auto& x : odd) x = -static_cast<float>(random() % 1000);
    std::vector<float> expected;
    for (std::size_t r = 0; r < p.rows; ++r)
      for (std::size_t j = 0; j < p.columns; ++j) {
        float total[2] = {even[r * stride + j], odd[r * stride + j]};
        for (std::size_t t = 0; t < p.taps; ++t) {
          const volatile float product = p.weights[r * p.taps + t] * p.right[t * p.columns + j];
          total[t % 2] += product;
        }
        expected.push_back(total[0] + total[1]);
      }
    for (const CpuPath cpu : cpu_paths()) {
      auto result = even, other = odd;
      sum_two_accumulators(p.sum(cpu), result.data(), other.data(), NanOf::kEven);
      for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t j = 0; j < p.columns; ++j)
          ASSERT_TRUE(same(result[r * stride + j], expected[r * p.columns + j]))
              << name(cpu) << " " << trial << " " << r << " " << j;
    }
  }
}

TEST(ProductSum, TheFirstNanOfAnAccumulatorStays) {
  const float positive = to_float(0x7FC00001), negative = to_float(0xFFC00002);
  for (const NanOf nan_of : {NanOf::kEven, NanOf::kOdd}) {
    Problem<float> p{1, 4, 1, {positive, 1, 1, negative}, {1, 1, 1, 1}};
    p.right.resize(4 + kTapSlack);
    std::vector<float> even(accumulator_stride(1)), odd(accumulator_stride(1));
    sum_two_accumulators(p.sum(), even.data(), odd.data(), nan_of);
    EXPECT_EQ(to_bits(even[0]), nan_of == NanOf::kEven ? 0x7FC00001U : 0xFFC00002U);
  }
}

TEST(ProductSum, AProductOfTwoNanKeepsTheTaps) {
  Problem<float> p{1, 1, 1, {to_float(0x7FC00001)}, {to_float(0xFFC00002)}};
  p.right.resize(1 + kTapSlack);
  std::vector<float> even(accumulator_stride(1)), odd(accumulator_stride(1));
  sum_two_accumulators(p.sum(), even.data(), odd.data(), NanOf::kEven);
  EXPECT_EQ(to_bits(even[0]), 0x7FC00001U);
}

/// One group from its definition, in exact integers of the unit 2^(e-24).
float group_sum(const std::vector<double>& products) {
  double largest = 0;
  for (const double x : products) largest = std::max(largest, std::fabs(x));
  if (largest == 0) return 0;
  const double unit = std::ldexp(1.0, std::ilogb(largest) - 24);
  double sum = 0;
  for (const double x : products) sum += std::trunc(x / unit);
  return static_cast<float>(sum * unit);
}

template <class Convert>
void check_groups(unsigned seed, Convert&& value) {
  std::mt19937 random(seed);
  for (int trial = 0; trial < 40; ++trial) {
    const auto p = draw<float>(random, [&] { return value(random); });
    std::vector<std::size_t> groups;
    for (std::size_t left = p.taps; left > 0;) {
      groups.push_back(std::min<std::size_t>(left, 1 + random() % 32));
      left -= groups.back();
    }
    const std::size_t stride = accumulator_stride(p.columns);
    std::vector<float> total(p.rows * stride);
    for (auto& x : total) x = static_cast<float>(random() % 7) / 3;
    auto expected = total;
    for (std::size_t r = 0; r < p.rows; ++r)
      for (std::size_t j = 0; j < p.columns; ++j) {
        std::size_t t = 0;
        for (const std::size_t count : groups) {
          std::vector<double> products;
          for (std::size_t i = 0; i < count; ++i, ++t)
            products.push_back(static_cast<double>(p.weights[r * p.taps + t]) * p.right[t * p.columns + j]);
          expected[r * stride + j] += group_sum(products);
        }
      }
    for (const CpuPath cpu : cpu_paths()) {
      auto result = total;
      sum_aligned_groups(p.sum(cpu), groups, result.data());
      for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t j = 0; j < p.columns; ++j)
          ASSERT_TRUE(same(result[r * stride + j], expected[r * stride + j]))
              << name(cpu) << " " << trial << " " << r << " " << j;
    }
  }
}

TEST(ProductSum, GroupsOfF16AreAlignedAndTruncated) {
  check_groups(2, [](std::mt19937& random) {
    return f16_to_f32(static_cast<std::uint16_t>(random() % 0x7C00U | (random() & 0x8000U)));
  });
}

TEST(ProductSum, GroupsOfBf16AreAlignedAndTruncated) {
  // Exponents near one another, so that sums are not one product alone, and a few far away.
  check_groups(3, [](std::mt19937& random) {
    const auto exponent = random() % 50 == 0 ? 60 + random() % 100 : 120 + random() % 12;
    return bf16_to_f32(static_cast<std::uint16_t>((random() & 0x807FU) | exponent << 7));
  });
}

TEST(ProductSum, InfinitiesOfOneSignWinOverNan) {
  const float inf = HUGE_VALF, nan = to_float(0x7FFFFFFF);
  const auto result = [](const std::vector<float>& right) {
    Problem<float> p{1, right.size(), 1, right, std::vector<float>(right.size(), 1.0F)};
    p.right.resize(right.size() + kTapSlack);
    std::vector<float> total(accumulator_stride(1));
    sum_aligned_groups(p.sum(), {right.size()}, total.data());
    return total[0];
  };
  EXPECT_EQ(result({inf, 1, nan}), inf);
  EXPECT_EQ(result({-inf, nan, 3}), -inf);
  EXPECT_EQ(to_bits(result({inf, -inf})), 0xFFC00000U);
  EXPECT_EQ(to_bits(result({1, nan})), 0xFFC00000U);
  EXPECT_EQ(result({0, 0}), 0.0F);
}

template <class Draw>
void check_integers(unsigned seed, Draw&& number) {
  std::mt19937 random(seed);
  for (int trial = 0; trial < 60; ++trial) {
    const auto p = draw<Pair>(random, [&] {
      return Pair{static_cast<std::int16_t>(number(random)), static_cast<std::int16_t>(number(random))};
    });
    const std::size_t stride = accumulator_stride(p.columns);
    for (const CpuPath cpu : cpu_paths()) {
      std::vector<std::int32_t> total(p.rows * stride, 0x7FFFFF00);
      sum_wrapping(p.sum(cpu), total.data());
      for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t j = 0; j < p.columns; ++j) {
          std::int64_t expected = 0x7FFFFF00;
          for (std::size_t t = 0; t < p.taps; ++t) {
            const Pair w = p.weights[r * p.taps + t], x = p.right[t * p.columns + j];
            expected += std::int64_t{w.first} * x.first + std::int64_t{w.second} * x.second;
          }
          ASSERT_EQ(total[r * stride + j], static_cast<std::int32_t>(static_cast<std::uint32_t>(expected)))
              << name(cpu) << " " << trial;
        }
    }
  }
}

TEST(ProductSum, IntegerSumsWrapAround) {
  check_integers(4, [](std::mt19937& random) { return static_cast<int>(random() % 767) - 383; });
}

TEST(ProductSum, ExtremeBytesDoNotSaturate) {
  // -128, 127 and 255, and the same less a zero point of 255 or -128.
  constexpr int kExtremes[] = {-128, 127, 255, -383, 383};
  check_integers(5, [&](std::mt19937& random) { return kExtremes[random() % 5]; });
  for (const int extreme : kExtremes) check_integers(6, [&](std::mt19937&) { return extreme; });
}

TEST(HostArithmetic, AnInstructionSetThatTheCpuLacksIsRefused) {
  for (const CpuPath path : cpu_paths()) EXPECT_NO_THROW(check_cpu_path(path));
  try {
    check_cpu_path(static_cast<CpuPath>(0x7F));
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-HOST-CPU");
  }
}

}  // namespace
}  // namespace bmemu::emulator
