// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <cstring>

#include "emulator/tiu/bm1684/conv_kernels.h"

namespace bmemu::emulator::bm1684 {
namespace {

/// `Vectors` vectors of pixels by `Channels` channels, four accumulators each: all of it fits the registers.
template <class Vector, int Vectors, int Channels>
struct FloatTile {
  static constexpr std::size_t kLanes = sizeof(Vector) / sizeof(float);
  static constexpr std::size_t kPixels = kLanes * Vectors;

  Vector sum[4][Channels][Vectors] = {};

  template <int Accumulator>
  __attribute__((always_inline)) void add(const std::uint32_t* x, const float* w) {
    Vector values[Vectors];
    for (int v = 0; v < Vectors; ++v) std::memcpy(&values[v], x + v * kLanes, sizeof(Vector));
    for (int c = 0; c < Channels; ++c)
      for (int v = 0; v < Vectors; ++v) sum[Accumulator][c][v] += values[v] * w[c];
  }
};

template <class Vector, int Vectors, int Channels>
__attribute__((always_inline)) inline void run_float_tile(const std::uint32_t* x, std::size_t x_pitch,
                                                          const std::uint32_t* weights, std::size_t depth,
                                                          std::uint32_t* results) {
  using Tile = FloatTile<Vector, Vectors, Channels>;
  Tile tile;
  const float* w = reinterpret_cast<const float*>(weights);
  std::size_t k = 0;
  for (; k + 4 <= depth; k += 4, x += 4 * x_pitch, w += 4 * Channels) {
    tile.template add<0>(x, w);
    tile.template add<1>(x + x_pitch, w + Channels);
    tile.template add<2>(x + 2 * x_pitch, w + 2 * Channels);
    tile.template add<3>(x + 3 * x_pitch, w + 3 * Channels);
  }
  if (k < depth) tile.template add<0>(x, w);
  if (k + 1 < depth) tile.template add<1>(x + x_pitch, w + Channels);
  if (k + 2 < depth) tile.template add<2>(x + 2 * x_pitch, w + 2 * Channels);
  for (int c = 0; c < Channels; ++c)
    for (int v = 0; v < Vectors; ++v) {
      const Vector total = (tile.sum[2][c][v] + tile.sum[0][c][v]) + (tile.sum[3][c][v] + tile.sum[1][c][v]);
      std::memcpy(results + c * Tile::kPixels + v * Tile::kLanes, &total, sizeof(Vector));
    }
}

using Float4 = float __attribute__((vector_size(16)));
void run_baseline(const std::uint32_t* x, std::size_t x_pitch, const std::uint32_t* weights, std::size_t depth,
                  std::uint32_t* results) {
  run_float_tile<Float4, 1, 3>(x, x_pitch, weights, depth, results);
}

#if defined(__x86_64__)
using Float8 = float __attribute__((vector_size(32)));
using Float16 = float __attribute__((vector_size(64)));

__attribute__((target("avx2"))) void run_avx2(const std::uint32_t* x, std::size_t x_pitch, const std::uint32_t* weights,
                                              std::size_t depth, std::uint32_t* results) {
  run_float_tile<Float8, 1, 3>(x, x_pitch, weights, depth, results);
}

__attribute__((target("avx512f"))) void run_avx512(const std::uint32_t* x, std::size_t x_pitch,
                                                   const std::uint32_t* weights, std::size_t depth,
                                                   std::uint32_t* results) {
  run_float_tile<Float16, 2, 3>(x, x_pitch, weights, depth, results);
}
#endif

}  // namespace

TileKernel float_tile_kernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return {32, 3, run_avx512};
  if (__builtin_cpu_supports("avx2")) return {8, 3, run_avx2};
#endif
  return {4, 3, run_baseline};
}

}  // namespace bmemu::emulator::bm1684
