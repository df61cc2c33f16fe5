// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/matrix/matrix.h"

#include <algorithm>

#include "emulator/arithmetic/products/product_sum.h"
#include "emulator/arithmetic/products/sum_fast.h"

namespace bmemu::emulator::bm1684x {
namespace {

constexpr std::size_t kGroup = 32;

/// Rows of the right matrix, padded so that taps have their slack.
template <class T>
class RightRows {
 public:
  RightRows(const std::vector<T>& right, std::size_t rows, std::size_t columns) : stride_(columns), values_(right) {
    values_.resize(rows * columns + kTapSlack);
  }
  const T* row(std::size_t r) const { return values_.data() + r * stride_; }

 private:
  std::size_t stride_;
  std::vector<T> values_;
};

/// Dense rows x columns to rows at the accumulator's stride, and back.
std::vector<float> spread(const std::vector<float>& dense, std::size_t rows, std::size_t columns) {
  const std::size_t stride = accumulator_stride(columns);
  std::vector<float> out(rows * stride);
  if (!dense.empty())
    for (std::size_t r = 0; r < rows; ++r) std::copy_n(dense.data() + r * columns, columns, out.data() + r * stride);
  return out;
}

template <class T>
std::vector<T> gathered_rows(const std::vector<T>& sums, std::size_t rows, std::size_t columns) {
  const std::size_t stride = accumulator_stride(columns);
  std::vector<T> out(rows * columns);
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(sums.data() + r * stride, columns, out.data() + r * columns);
  return out;
}

}  // namespace

std::vector<std::int32_t> multiply_integers(const Product<std::int64_t>& product, const HostArithmetic& host) {
  const std::size_t pairs = (product.inner + 1) / 2;
  std::vector<Pair> right(pairs * product.columns), left(product.rows * pairs);
  const auto at = [](const std::vector<std::int64_t>& matrix, std::size_t row, std::size_t column, std::size_t width,
                     bool inside) { return static_cast<std::int16_t>(inside ? matrix[row * width + column] : 0); };
  for (std::size_t p = 0; p < pairs; ++p) {
    const bool second = 2 * p + 1 < product.inner;
    for (std::size_t j = 0; j < product.columns; ++j)
      right[p * product.columns + j] = {at(product.right, 2 * p, j, product.columns, true),
                                        at(product.right, 2 * p + 1, j, product.columns, second)};
    for (std::size_t r = 0; r < product.rows; ++r)
      left[r * pairs + p] = {at(product.left, r, 2 * p, product.inner, true),
                             at(product.left, r, 2 * p + 1, product.inner, second)};
  }
  const RightRows<Pair> rows(right, pairs, product.columns);
  ProductSum<Pair, Pair> sum;
  for (std::size_t p = 0; p < pairs; ++p) sum.taps.push_back(rows.row(p));
  sum.weights = rows_of(left.data(), pairs);
  sum.rows = product.rows;
  sum.columns = product.columns;
  sum.cpu = host.cpu;
  std::vector<std::int32_t> sums(product.rows * accumulator_stride(product.columns));
  sum_wrapping(sum, sums.data());
  return gathered_rows(sums, product.rows, product.columns);
}

namespace {

ProductSum<float, float> product_sum(const Product<float>& product, const RightRows<float>& rows, CpuPath cpu) {
  ProductSum<float, float> sum;
  for (std::size_t k = 0; k < product.inner; ++k) sum.taps.push_back(rows.row(k));
  sum.weights = rows_of(product.left.data(), product.inner);
  sum.rows = product.rows;
  sum.columns = product.columns;
  sum.cpu = cpu;
  return sum;
}

}  // namespace

std::vector<float> multiply_f32(const Product<float>& product, const std::vector<float>& even,
                                const std::vector<float>& odd, NanOf nan_of, const HostArithmetic& host) {
  const RightRows<float> rows(product.right, product.inner, product.columns);
  auto first = spread(even, product.rows, product.columns), second = spread(odd, product.rows, product.columns);
  const auto sum = product_sum(product, rows, host.cpu);
  if (host.floats == FloatMode::kFast) {
    for (std::size_t i = 0; i < first.size(); ++i) first[i] += second[i];
    sum_fast(sum, first.data());
  } else {
    sum_two_accumulators(sum, first.data(), second.data(), nan_of);
  }
  return gathered_rows(first, product.rows, product.columns);
}

std::vector<float> multiply_halves(const Product<float>& product, const std::vector<float>& start,
                                   const HostArithmetic& host) {
  const RightRows<float> rows(product.right, product.inner, product.columns);
  std::vector<std::size_t> groups;
  for (std::size_t k = 0; k < product.inner; k += kGroup) groups.push_back(std::min(kGroup, product.inner - k));
  auto total = spread(start, product.rows, product.columns);
  const auto sum = product_sum(product, rows, host.cpu);
  if (host.floats == FloatMode::kFast)
    sum_fast(sum, total.data());
  else
    sum_aligned_groups(sum, groups, total.data(), NanOfSum::kGroup);
  return gathered_rows(total, product.rows, product.columns);
}

}  // namespace bmemu::emulator::bm1684x
