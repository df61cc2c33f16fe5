// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix products by Eigen for hosts with AVX-512. With clang, which has no such selection, as for the compiler's
// target.
#include "emulator/arithmetic/eigen_headers.h"
#include "emulator/arithmetic/products/fast_gemm.h"

#if defined(__x86_64__)
#if !defined(__clang__)
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,fma")
// g++ acts on the pragma when the macros of the whole file are read: Eigen would not see the set.
#define __AVX__ 1
#define __AVX2__ 1
#define __FMA__ 1
#define __AVX512F__ 1
#define __AVX512DQ__ 1
// g++ 12 takes the undefined vectors of its own intrinsics for values that are used.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#define Eigen bmemu_eigen_avx512
#include <Eigen/Core>

#include "emulator/arithmetic/products/fast_gemm.inc"

namespace bmemu::emulator {

void fast_gemm_avx512(const GemmOperands& operands) { multiply(operands); }

}  // namespace bmemu::emulator
#endif
