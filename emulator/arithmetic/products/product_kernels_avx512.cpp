// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Inner loops for hosts with AVX-512 and its 16-bit dot products.
#include "emulator/arithmetic/products/product_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,prefer-vector-width=512")
#endif

namespace bmemu::emulator {
namespace {

#define BMEMU_VECTOR_BYTES 64

using Word __attribute__((vector_size(64), aligned(4), may_alias)) = std::int32_t;

inline void multiply_add_pairs(Word& sum, const Word& x, std::int32_t weight) {
  sum = (Word)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)x, _mm512_set1_epi32(weight));
}

#include "emulator/arithmetic/products/product_kernels.inc"

}  // namespace

ProductKernels product_kernels_avx512() { return {kColumns, f32_kernel, group_kernel, i16_kernel}; }

}  // namespace bmemu::emulator

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
