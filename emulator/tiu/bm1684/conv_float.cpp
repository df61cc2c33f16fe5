// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/arithmetic/nan_order.h"
#include "emulator/tiu/bm1684/conv.h"
#include "emulator/tiu/bm1684/conv_kernels.h"

namespace bmemu::emulator::bm1684 {
namespace {

/// One result with the NaN that survives. Observed: products and sums keep the payload of their first operand; the even
/// accumulators come before the odd ones, the later of each pair first.
float exact_sum(const FloatConv& conv, const PlaneSource& source, std::size_t channel, std::size_t pixel) {
  const Window& w = conv.window;
  const std::size_t y0 = pixel / w.x.output * w.y.stride;
  const std::size_t x0 = pixel % w.x.output * w.x.stride;
  const std::size_t padded = source.planes + source.planes % 2;
  float sum[4] = {};
  for (std::size_t y = 0; y < w.y.kernel; ++y)
    for (std::size_t x = 0; x < w.x.kernel; ++x) {
      const std::size_t position = y * w.x.kernel + x;
      const float* weights = conv.weights(channel, position);
      const std::uint32_t* place = source.words + (y0 + y * w.y.dilation) * source.row_pitch + x0 + x * w.x.dilation;
      for (std::size_t c = 0; c < source.planes; ++c) {
        float& s = sum[(position * padded + c) % 4];
        s = ordered_add(s, ordered_multiply(to_float(place[c * source.plane_pitch]), weights[c]));
      }
    }
  return ordered_add(ordered_add(sum[2], sum[0]), ordered_add(sum[3], sum[1]));
}

}  // namespace

void FloatConv::run(const std::uint32_t* input, float* results) const {
  const TileKernel tile = float_tile_kernel();
  std::vector<std::uint32_t> storage;
  const PlaneSource source = make_source(window, input, input_channels, storage);
  WindowPanel panel(window, source, input_channels % 2, tile.pixels);
  const std::size_t pixels = window.output_pixels();
  const auto packed = packed_weights(tile, output_channels, window.kernel_positions(), panel.depth(),
                                     [&](std::size_t channel, std::size_t position, WeightSink sink) {
                                       const float* from = weights(channel, position);
                                       for (std::size_t c = 0; c < input_channels; ++c)
                                         sink.to[c * sink.step] = to_bits(from[c]);
                                     });
  for_each_tile(tile, panel, pixels, output_channels, packed,
                [&](std::size_t channel, std::size_t first, std::size_t count, const std::uint32_t* words) {
                  float* to = results + channel * pixels + first;
                  std::memcpy(to, words, count * sizeof(float));
                  for (std::size_t p = 0; p < count; ++p)
                    if (to[p] != to[p]) to[p] = exact_sum(*this, source, channel, first + p);
                });
}

}  // namespace bmemu::emulator::bm1684
