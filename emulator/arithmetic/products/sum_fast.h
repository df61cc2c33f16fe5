// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sums of products of floats where the last bits do not matter.
#pragma once

#include "emulator/arithmetic/products/product_sum.h"

namespace bmemu::emulator {

/// Adds every sum to `total`, which holds rows x accumulator_stride(columns) values. Order and rounding are those of
/// the library; see fast_gemm.h.
void sum_fast(const ProductSum<float, float>& sum, float* total);

}  // namespace bmemu::emulator
