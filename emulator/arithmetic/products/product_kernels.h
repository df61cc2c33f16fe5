// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Inner loops of sums of products for one instruction set extension of the host.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/arithmetic/host.h"

namespace bmemu::emulator {

/// Rows that a kernel works on at once; weights are packed in tiles of so many rows.
inline constexpr std::size_t kTileRows = 8;

/// Contract of all kernels: tap t is read at taps[t] + offset; the weights of tap t are weights[t * kTileRows + r];
/// row r of the accumulator starts at total + r * stride. Every kernel handles `columns` columns.
struct ProductKernels {
  std::size_t columns;
  void (*f32)(const float* const* taps, std::size_t offset, std::size_t count, const float* weights, float* total,
              std::size_t stride);
  /// One aligned group. False when an exponent is out of reach of the fast way and nothing was added.
  bool (*group)(const float* const* taps, std::size_t offset, std::size_t count, const float* weights, float* total,
                std::size_t stride);
  /// `taps` and `weights` hold pairs of 16-bit numbers in 32-bit words.
  void (*i16)(const std::int32_t* const* taps, std::size_t offset, std::size_t count, const std::int32_t* weights,
              std::int32_t* total, std::size_t stride);
};

ProductKernels product_kernels_portable();
#if defined(__x86_64__)
ProductKernels product_kernels_avx2();
ProductKernels product_kernels_avx512();
#endif

/// Contract: one of cpu_paths().
ProductKernels product_kernels(CpuPath path);

}  // namespace bmemu::emulator
