// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Products of dense matrices with the arithmetic of the BM1684X.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "emulator/arithmetic/products/product_sum.h"

namespace bmemu::emulator::bm1684x {

/// Dense row-major matrices: left rows x inner, right inner x columns.
template <class T>
struct Product {
  std::size_t rows = 0, inner = 0, columns = 0;
  std::vector<T> left, right;
};

/// Exact sums that wrap around at 32 bits. Contract: operands of 9 bits and sign.
std::vector<std::int32_t> multiply_integers(const Product<std::int64_t>& product, const HostArithmetic& host);

/// f32: two accumulators, see sum_two_accumulators; `even` and `odd` hold their starts and may be empty (zeros).
std::vector<float> multiply_f32(const Product<float>& product, const std::vector<float>& even,
                                const std::vector<float>& odd, NanOf nan_of, const HostArithmetic& host);

/// f16 and bf16: groups of 32 products, see sum_aligned_groups; `start` may be empty (zeros).
std::vector<float> multiply_halves(const Product<float>& product, const std::vector<float>& start,
                                   const HostArithmetic& host);

/// The transposed matrix of rows x columns.
template <class T>
std::vector<T> transposed(const std::vector<T>& matrix, std::size_t rows, std::size_t columns) {
  std::vector<T> out(matrix.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) out[c * rows + r] = matrix[r * columns + c];
  return out;
}

}  // namespace bmemu::emulator::bm1684x
