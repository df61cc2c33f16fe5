// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix products of floats by a library, in whatever order and with whatever fused operations it likes.
#pragma once

#include <cstddef>
#include <string>

#include "emulator/arithmetic/host.h"

namespace bmemu::emulator {

/// c += a * b. Row-major; `*_step` is the distance between rows.
struct GemmOperands {
  std::size_t rows, columns, depth;
  const float* a;
  std::size_t a_step;
  const float* b;
  std::size_t b_step;
  float* c;
  std::size_t c_step;
};

/// Contract: runs in the calling thread alone. oneDNN chooses its instructions itself, whatever `cpu` is.
void fast_gemm(const GemmOperands& operands, CpuPath cpu);

/// Name and version of the library.
std::string fast_gemm_library();

void fast_gemm_baseline(const GemmOperands& operands);
#if defined(__x86_64__)
void fast_gemm_avx2(const GemmOperands& operands);
void fast_gemm_avx512(const GemmOperands& operands);
#endif

}  // namespace bmemu::emulator
