// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/arithmetic/products/product_sum.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/products/product_kernels.h"

namespace bmemu::emulator {
namespace {

constexpr std::size_t kBlockTaps = 256;  ///< taps of a block: their tiles stay in the first-level cache

/// Weights of the taps, tiles of kTileRows rows, padded with zeros.
template <class Weight>
void pack(const WeightRow<Weight>& weights, std::size_t rows, const TapRange& taps, std::vector<Weight>& packed) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows, tile = taps.count * kTileRows;
  packed.resize(tiles * tile);
  if (rows % kTileRows != 0) std::fill(packed.end() - static_cast<std::ptrdiff_t>(tile), packed.end(), Weight{});
  for (std::size_t row = 0; row < rows; ++row)
    weights(row, taps, packed.data() + row / kTileRows * tile + row % kTileRows, kTileRows);
}

/// Calls f(range) for the taps first, first + step ... of `taps` in blocks.
template <class F>
void for_each_block(std::size_t taps, std::size_t first, std::size_t step, F&& f) {
  for (; first < taps; first += step * kBlockTaps)
    f(TapRange{first, step, std::min(kBlockTaps, (taps - first + step - 1) / step)});
}

/// Rows of the last tile may be missing in the accumulator: it is worked on in a copy.
template <class T>
class TileRowsOf {
 public:
  TileRowsOf(T* total, std::size_t first, std::size_t rows, std::size_t stride, std::size_t columns)
      : total_(total + first * stride), rows_(std::min(rows - first, kTileRows)), stride_(stride), columns_(columns) {}

  template <class F>
  void with(std::size_t offset, F&& kernel) {
    if (rows_ == kTileRows) {
      kernel(total_ + offset, stride_);
      return;
    }
    T copy[kTileRows * 16] = {};
    for (std::size_t r = 0; r < rows_; ++r)
      std::memcpy(copy + r * 16, total_ + r * stride_ + offset, columns_ * sizeof(T));
    kernel(copy, std::size_t{16});
    for (std::size_t r = 0; r < rows_; ++r)
      std::memcpy(total_ + r * stride_ + offset, copy + r * 16, columns_ * sizeof(T));
  }

 private:
  T* total_;
  std::size_t rows_, stride_, columns_;
};

/// Calls `kernel(packed weights of the tile, offset, accumulator, stride)` for every tile of columns and rows.
template <class To, class T, class F>
void for_each_tile(std::size_t rows, std::size_t columns, std::size_t tile_columns, std::size_t count,
                   const std::vector<To>& packed, T* total, F&& kernel) {
  const std::size_t stride = accumulator_stride(columns);
  for (std::size_t offset = 0; offset < columns; offset += tile_columns)
    for (std::size_t row = 0; row < rows; row += kTileRows) {
      const To* weights = packed.data() + row / kTileRows * count * kTileRows;
      TileRowsOf<T>(total, row, rows, stride, tile_columns).with(offset, [&](T* tile, std::size_t tile_stride) {
        kernel(weights, offset, tile, tile_stride);
      });
    }
}

/// The group sum of one result, for exponents that the kernels do not reach.
/// Observed: products of bf16 are float32 numbers: they overflow to infinity. Infinities of one sign win over nan;
/// those of both signs give nan.
float exact_group(const float* const* taps, std::size_t column, std::size_t count, const float* weights) {
  float largest = 0;
  bool plus = false, minus = false, nan = false;
  const auto product_of = [&](std::size_t t) { return weights[t * kTileRows] * taps[t][column]; };
  for (std::size_t t = 0; t < count; ++t) {
    const float product = product_of(t);
    nan |= std::isnan(product);
    plus |= std::isinf(product) && product > 0;
    minus |= std::isinf(product) && product < 0;
    largest = std::max(largest, std::fabs(product));
  }
  if (plus != minus) return plus ? HUGE_VALF : -HUGE_VALF;
  if (plus || nan) return to_float(0xFFC00000U);
  if (largest == 0) return 0;
  const int unit = std::ilogb(largest) - 24;
  std::int64_t sum = 0;
  for (std::size_t t = 0; t < count; ++t)
    sum += static_cast<std::int64_t>(std::ldexp(static_cast<double>(product_of(t)), -unit));
  return static_cast<float>(std::ldexp(static_cast<double>(sum), unit));
}

}  // namespace

void sum_in_order(const ProductSum<float, float>& sum, std::size_t first, std::size_t step, float* total) {
  const auto kernels = product_kernels(sum.cpu);
  std::vector<const float*> taps;
  std::vector<float> packed;
  for_each_block(sum.taps.size(), first, step, [&](const TapRange& range) {
    taps.resize(range.count);
    for (std::size_t i = 0; i < range.count; ++i) taps[i] = sum.taps[range[i]];
    pack(sum.weights, sum.rows, range, packed);
    for_each_tile(sum.rows, sum.columns, kernels.columns, taps.size(), packed, total,
                  [&](const float* weights, std::size_t offset, float* tile, std::size_t stride) {
                    kernels.f32(taps.data(), offset, taps.size(), weights, tile, stride);
                  });
  });
}

namespace {

/// A result that is nan, computed one operation after the other: the first nan of an accumulator stays.
float nan_of_sum(const ProductSum<float, float>& sum, std::size_t row, std::size_t column, float even, float odd,
                 NanOf nan_of) {
  for (std::size_t t = 0; t < sum.taps.size(); ++t) {
    float& total = t % 2 == 0 ? even : odd;
    float weight = 0;
    sum.weights(row, {t, 1, 1}, &weight, 1);
    total = ordered_add(total, ordered_multiply(sum.taps[t][column], weight));
  }
  return nan_of == NanOf::kEven ? ordered_add(even, odd) : ordered_add(odd, even);
}

}  // namespace

void sum_two_accumulators(const ProductSum<float, float>& sum, float* even, float* odd, NanOf nan_of) {
  const std::size_t stride = accumulator_stride(sum.columns), size = sum.rows * stride;
  const std::vector<float> even_start(even, even + size), odd_start(odd, odd + size);
  sum_in_order(sum, 0, 2, even);
  sum_in_order(sum, 1, 2, odd);
  for (std::size_t i = 0; i < size; ++i) even[i] = odd[i] + even[i];
  for (std::size_t row = 0; row < sum.rows; ++row)
    for (std::size_t column = 0; column < sum.columns; ++column) {
      const std::size_t i = row * stride + column;
      if (std::isnan(even[i])) even[i] = nan_of_sum(sum, row, column, even_start[i], odd_start[i], nan_of);
    }
}

void sum_aligned_groups(const ProductSum<float, float>& sum, const std::vector<std::size_t>& groups, float* total,
                        NanOfSum nan_of) {
  const auto kernels = product_kernels(sum.cpu);
  std::vector<float> packed;
  std::size_t first = 0;
  for (const std::size_t count : groups) {
    pack(sum.weights, sum.rows, {first, 1, count}, packed);
    const float* const* taps = sum.taps.data() + first;
    for_each_tile(sum.rows, sum.columns, kernels.columns, count, packed, total,
                  [&](const float* weights, std::size_t offset, float* tile, std::size_t stride) {
                    if (kernels.group(taps, offset, count, weights, tile, stride)) return;
                    for (std::size_t r = 0; r < kTileRows; ++r)
                      for (std::size_t j = 0; j < kernels.columns; ++j) {
                        float& total_here = tile[r * stride + j];
                        const float group = exact_group(taps, offset + j, count, weights + r);
                        total_here = nan_of == NanOfSum::kTotal ? ordered_add(total_here, group)
                                                                : ordered_add(group, total_here);
                      }
                  });
    first += count;
  }
}

void sum_wrapping(const ProductSum<Pair, Pair>& sum, std::int32_t* total) {
  const auto kernels = product_kernels(sum.cpu);
  std::vector<const std::int32_t*> taps;
  std::vector<Pair> packed;
  for_each_block(sum.taps.size(), 0, 1, [&](const TapRange& range) {
    taps.resize(range.count);
    for (std::size_t i = 0; i < range.count; ++i) taps[i] = reinterpret_cast<const std::int32_t*>(sum.taps[range[i]]);
    pack(sum.weights, sum.rows, range, packed);
    for_each_tile(sum.rows, sum.columns, kernels.columns, taps.size(), packed, total,
                  [&](const Pair* weights, std::size_t offset, std::int32_t* tile, std::size_t stride) {
                    kernels.i16(taps.data(), offset, taps.size(), reinterpret_cast<const std::int32_t*>(weights), tile,
                                stride);
                  });
  });
}

ProductKernels product_kernels(CpuPath path) {
#if defined(__x86_64__)
  if (path == CpuPath::kAvx512) return product_kernels_avx512();
  if (path == CpuPath::kAvx2) return product_kernels_avx2();
#endif
  static_cast<void>(path);
  return product_kernels_portable();
}

}  // namespace bmemu::emulator
