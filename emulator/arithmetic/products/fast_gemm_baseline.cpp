// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix products by Eigen with the compiler's target, and the choice among all sets.
#include "emulator/arithmetic/eigen_headers.h"
#include "emulator/arithmetic/products/fast_gemm.h"

#define Eigen bmemu_eigen_baseline
#include <Eigen/Core>

#include "emulator/arithmetic/products/fast_gemm.inc"

namespace bmemu::emulator {

void fast_gemm_baseline(const GemmOperands& operands) { multiply(operands); }

#if !defined(BMEMU_ONEDNN)
void fast_gemm(const GemmOperands& operands, CpuPath cpu) {
#if defined(__x86_64__)
  if (cpu == CpuPath::kAvx512) return fast_gemm_avx512(operands);
  if (cpu == CpuPath::kAvx2) return fast_gemm_avx2(operands);
#endif
  static_cast<void>(cpu);
  fast_gemm_baseline(operands);
}

std::string fast_gemm_library() {
  return "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + '.' + std::to_string(EIGEN_MAJOR_VERSION) + '.' +
         std::to_string(EIGEN_MINOR_VERSION);
}
#endif

}  // namespace bmemu::emulator
