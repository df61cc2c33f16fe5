// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/arithmetic/products/sum_fast.h"

#include <algorithm>

#include "emulator/arithmetic/products/fast_gemm.h"

namespace bmemu::emulator {
namespace {

// A block of taps is copied side by side: 2 MiB, which the second-level cache holds in part.
constexpr std::size_t kBlockTaps = 512;
constexpr std::size_t kBlockColumns = 1024;

/// Distance between neighbouring taps when it is the same for all, as in convolutions of 1 x 1; otherwise 0.
std::size_t common_step(const float* const* taps, std::size_t count, std::size_t columns) {
  if (count < 2) return columns;
  const std::ptrdiff_t step = taps[1] - taps[0];
  for (std::size_t t = 2; t < count; ++t)
    if (taps[t] - taps[t - 1] != step) return 0;
  return step >= static_cast<std::ptrdiff_t>(columns) ? static_cast<std::size_t>(step) : 0;
}

}  // namespace

void sum_fast(const ProductSum<float, float>& sum, float* total) {
  const std::size_t stride = accumulator_stride(sum.columns);
  std::vector<float> weights(sum.rows * std::min(kBlockTaps, sum.taps.size())), copied;
  for (std::size_t first = 0; first < sum.taps.size(); first += kBlockTaps) {
    const std::size_t count = std::min(kBlockTaps, sum.taps.size() - first);
    for (std::size_t r = 0; r < sum.rows; ++r) sum.weights(r, {first, 1, count}, weights.data() + r * count, 1);
    const float* const* taps = sum.taps.data() + first;
    GemmOperands gemm{sum.rows, sum.columns, count, weights.data(), count, taps[0], 0, total, stride};
    gemm.b_step = common_step(taps, count, sum.columns);
    if (gemm.b_step != 0) {
      fast_gemm(gemm, sum.cpu);
      continue;
    }
    for (std::size_t column = 0; column < sum.columns; column += kBlockColumns) {
      gemm.columns = gemm.b_step = std::min(kBlockColumns, sum.columns - column);
      copied.resize(count * gemm.columns);
      for (std::size_t t = 0; t < count; ++t)
        std::copy_n(taps[t] + column, gemm.columns, copied.data() + t * gemm.columns);
      gemm.b = copied.data();
      gemm.c = total + column;
      fast_gemm(gemm, sum.cpu);
    }
  }
}

}  // namespace bmemu::emulator
