// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sums of products in the exact order and width of the chips' arrays: result(r, j) = sum over t of
// weight(r, t) * tap(t, j). A tap is a row of neighbouring operands; convolutions point taps into their input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "emulator/arithmetic/host.h"

namespace bmemu::emulator {

/// Elements that must be readable (not meaningful) behind the `columns` elements of every tap.
inline constexpr std::size_t kTapSlack = 32;

/// Distance between the rows of an accumulator: columns rounded up so that tiles may overwrite what is behind them.
constexpr std::size_t accumulator_stride(std::size_t columns) { return (columns + 15) / 16 * 16; }

/// Taps first, first + step, first + 2 * step ...
struct TapRange {
  std::size_t first, step, count;
  std::size_t operator[](std::size_t i) const { return first + i * step; }
};

/// Weights of one row for a range of taps: out[0], out[step], out[2 * step] ...
template <class Weight>
using WeightRow = std::function<void(std::size_t row, const TapRange& taps, Weight* out, std::size_t step)>;

/// Weights that lie row by row, one per tap. Contract: they outlive the function.
template <class Weight>
WeightRow<Weight> rows_of(const Weight* weights, std::size_t row_taps) {
  return [weights, row_taps](std::size_t row, const TapRange& taps, Weight* out, std::size_t step) {
    const Weight* from = weights + row * row_taps;
    for (std::size_t i = 0; i < taps.count; ++i) out[i * step] = from[taps[i]];
  };
}

/// Accumulators hold rows x accumulator_stride(columns) values.
template <class Tap, class Weight>
struct ProductSum {
  std::vector<const Tap*> taps;
  WeightRow<Weight> weights;
  std::size_t rows = 0;
  std::size_t columns = 0;
  CpuPath cpu = best_cpu_path();
};

/// Adds the products of taps first, first + step, first + 2 * step ... to `total` one after the other; every product
/// and every sum is rounded to float32. Which payload of a nan survives is not defined.
void sum_in_order(const ProductSum<float, float>& sum, std::size_t first, std::size_t step, float* total);

/// Which accumulator's nan stays when both are nan.
enum class NanOf : std::uint8_t { kEven, kOdd };

/// Every product is rounded to float32. Product t is added to the accumulator t mod 2; the result, even + odd, replaces
/// `even`. What the accumulators hold at first takes part.
/// Observed: order and rounding of f32 convolutions and matrix products.
void sum_two_accumulators(const ProductSum<float, float>& sum, float* even, float* odd, NanOf nan_of);

/// Whose nan stays when a sum so far and the sum of a group both are nan.
enum class NanOfSum : std::uint8_t { kTotal, kGroup };

/// Groups of at most `group` taps: products are exact, aligned to the largest exponent e of the group and truncated
/// toward zero below 2^(e-24), added exactly and rounded to float32 (nearest even). Group sums are added to `total` in
/// order. Contract: taps and weights are f16 or bf16 values; taps.size() is the sum of the groups' sizes.
/// Observed: f16 and bf16 convolutions and matrix products.
void sum_aligned_groups(const ProductSum<float, float>& sum, const std::vector<std::size_t>& groups, float* total,
                        NanOfSum nan_of = NanOfSum::kTotal);

/// A pair of neighbouring operands of 9 bits and sign, and the pair of their weights.
struct Pair {
  std::int16_t first, second;
};

/// Adds to 32 bits that wrap around. Contract: the products of a pair add up to less than 2^31.
void sum_wrapping(const ProductSum<Pair, Pair>& sum, std::int32_t* total);

}  // namespace bmemu::emulator
