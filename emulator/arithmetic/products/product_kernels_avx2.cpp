// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Inner loops for hosts with AVX2.
#include "emulator/arithmetic/products/product_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

namespace bmemu::emulator {
namespace {

#define BMEMU_VECTOR_BYTES 32

using Word __attribute__((vector_size(32), aligned(4), may_alias)) = std::int32_t;

inline void multiply_add_pairs(Word& sum, const Word& x, std::int32_t weight) {
  sum = (Word)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16((__m256i)x, _mm256_set1_epi32(weight)));
}

#include "emulator/arithmetic/products/product_kernels.inc"

}  // namespace

ProductKernels product_kernels_avx2() { return {kColumns, f32_kernel, group_kernel, i16_kernel}; }

}  // namespace bmemu::emulator

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
