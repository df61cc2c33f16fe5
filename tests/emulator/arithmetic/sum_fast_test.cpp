// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fast sums of products against sums in double precision.
#include "emulator/arithmetic/products/sum_fast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "emulator/arithmetic/products/fast_gemm.h"

namespace bmemu::emulator {
namespace {

struct Sizes {
  std::size_t rows, taps, columns;
  std::size_t step;  ///< between neighbouring taps; 0: taps in no order, as in convolutions
};

class FastSums : public testing::TestWithParam<Sizes> {};

TEST_P(FastSums, AreCloseToSumsInDoublePrecision) {
  const auto [rows, taps, columns, step] = GetParam();
  std::mt19937 random(1);
  std::uniform_real_distribution<float> draw(-1, 1);
  std::vector<float> right(taps * (columns + step) + 4 * kTapSlack), weights(rows * taps);
  for (auto& x : right) x = draw(random);
  for (auto& x : weights) x = draw(random);
  ProductSum<float, float> sum;
  for (std::size_t t = 0; t < taps; ++t)
    sum.taps.push_back(right.data() + (step != 0 ? t * step : random() % (right.size() - columns - kTapSlack)));
  sum.weights = rows_of(weights.data(), taps);
  sum.rows = rows;
  sum.columns = columns;
  const std::size_t stride = accumulator_stride(columns);
  for (const CpuPath cpu : cpu_paths()) {
    sum.cpu = cpu;
    std::vector<float> total(rows * stride, 0.25F);
    sum_fast(sum, total.data());
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t j = 0; j < columns; ++j) {
        double expected = 0.25, magnitude = 0.25;
        for (std::size_t t = 0; t < taps; ++t) {
          const double product = double{weights[r * taps + t]} * sum.taps[t][j];
          expected += product;
          magnitude += std::fabs(product);
        }
        // Every one of taps + 1 roundings errs by at most 2^-24 of a partial sum.
        const double bound = magnitude * static_cast<double>(taps + 1) * std::ldexp(1.0, -24);
        ASSERT_LE(std::fabs(total[r * stride + j] - expected), bound) << name(cpu) << " " << r << " " << j;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, FastSums,
                         testing::Values(Sizes{1, 1, 1, 0}, Sizes{3, 7, 5, 0}, Sizes{20, 130, 49, 49},
                                         Sizes{9, 600, 17, 0}, Sizes{5, 40, 1500, 0}, Sizes{16, 64, 1100, 1234},
                                         Sizes{4, 9, 30, 1}));  // step 1: rows that overlap

}  // namespace
}  // namespace bmemu::emulator
