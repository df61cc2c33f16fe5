// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix products by Eigen for hosts with AVX2. With clang, which has no such selection, as for the compiler's target.
#include "emulator/arithmetic/eigen_headers.h"
#include "emulator/arithmetic/products/fast_gemm.h"

#if defined(__x86_64__)
#if !defined(__clang__)
#pragma GCC target("avx2,fma")
// g++ acts on the pragma when the macros of the whole file are read: Eigen would not see the set.
#define __AVX__ 1
#define __AVX2__ 1
#define __FMA__ 1
#endif
#define Eigen bmemu_eigen_avx2
#include <Eigen/Core>

#include "emulator/arithmetic/products/fast_gemm.inc"

namespace bmemu::emulator {

void fast_gemm_avx2(const GemmOperands& operands) { multiply(operands); }

}  // namespace bmemu::emulator
#endif
