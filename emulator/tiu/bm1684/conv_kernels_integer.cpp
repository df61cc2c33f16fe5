// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/conv_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bmemu::emulator::bm1684 {
namespace {

constexpr int kChannels = 8;

std::int32_t low(std::uint32_t word) { return static_cast<std::int16_t>(word); }
std::int32_t high(std::uint32_t word) { return static_cast<std::int16_t>(word >> 16); }

void run_baseline(const std::uint32_t* x, std::size_t x_pitch, const std::uint32_t* weights, std::size_t depth,
                  std::uint32_t* results) {
  constexpr std::size_t kPixels = 8;
  std::int32_t sum[kChannels][kPixels] = {};
  for (std::size_t k = 0; k < depth; ++k, x += x_pitch, weights += kChannels)
    for (int c = 0; c < kChannels; ++c)
      for (std::size_t p = 0; p < kPixels; ++p)
        sum[c][p] += low(x[p]) * low(weights[c]) + high(x[p]) * high(weights[c]);
  for (int c = 0; c < kChannels; ++c)
    for (std::size_t p = 0; p < kPixels; ++p) results[c * kPixels + p] = static_cast<std::uint32_t>(sum[c][p]);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void run_avx2(const std::uint32_t* x, std::size_t x_pitch, const std::uint32_t* weights,
                                              std::size_t depth, std::uint32_t* results) {
  __m256i sum[kChannels];
  for (auto& s : sum) s = _mm256_setzero_si256();
  for (std::size_t k = 0; k < depth; ++k, x += x_pitch, weights += kChannels) {
    const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(x));
    for (int c = 0; c < kChannels; ++c)
      sum[c] =
          _mm256_add_epi32(sum[c], _mm256_madd_epi16(values, _mm256_set1_epi32(static_cast<std::int32_t>(weights[c]))));
  }
  for (int c = 0; c < kChannels; ++c) _mm256_storeu_si256(reinterpret_cast<__m256i*>(results + 8 * c), sum[c]);
}

__attribute__((target("avx512f,avx512vnni"))) void run_avx512vnni(const std::uint32_t* x, std::size_t x_pitch,
                                                                  const std::uint32_t* weights, std::size_t depth,
                                                                  std::uint32_t* results) {
  __m512i sum[kChannels][2];
  for (auto& s : sum) s[0] = s[1] = _mm512_setzero_si512();
  for (std::size_t k = 0; k < depth; ++k, x += x_pitch, weights += kChannels) {
    const __m512i first = _mm512_loadu_si512(x);
    const __m512i second = _mm512_loadu_si512(x + 16);
    for (int c = 0; c < kChannels; ++c) {
      const __m512i w = _mm512_set1_epi32(static_cast<std::int32_t>(weights[c]));
      sum[c][0] = _mm512_dpwssd_epi32(sum[c][0], first, w);
      sum[c][1] = _mm512_dpwssd_epi32(sum[c][1], second, w);
    }
  }
  for (int c = 0; c < kChannels; ++c) {
    _mm512_storeu_si512(results + 32 * c, sum[c][0]);
    _mm512_storeu_si512(results + 32 * c + 16, sum[c][1]);
  }
}
#endif

}  // namespace

TileKernel integer_tile_kernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni")) return {32, kChannels, run_avx512vnni};
  if (__builtin_cpu_supports("avx2")) return {8, kChannels, run_avx2};
#endif
  return {8, kChannels, run_baseline};
}

}  // namespace bmemu::emulator::bm1684
