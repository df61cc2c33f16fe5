// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/conv.h"
#include "emulator/tiu/bm1684/conv_kernels.h"

namespace bmemu::emulator::bm1684 {
namespace {

std::uint32_t pair(std::int16_t low, std::int16_t high) {
  return static_cast<std::uint16_t>(low) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(high)) << 16;
}

/// Channels 2k and 2k+1 of every pixel in one word; a missing last channel is 0.
std::vector<std::uint32_t> paired_planes(const std::int16_t* input, std::size_t channels, std::size_t pixels) {
  std::vector<std::uint32_t> words((channels + 1) / 2 * pixels + PlaneSource::kSlack);
  for (std::size_t c = 0; c < channels; c += 2) {
    const std::int16_t* even = input + c * pixels;
    std::uint32_t* to = words.data() + c / 2 * pixels;
    if (c + 1 < channels) {
      for (std::size_t p = 0; p < pixels; ++p) to[p] = pair(even[p], even[pixels + p]);
    } else {
      for (std::size_t p = 0; p < pixels; ++p) to[p] = pair(even[p], 0);
    }
  }
  return words;
}

}  // namespace

void IntegerConv::run(const std::int16_t* input, std::int64_t* sums) const {
  // A product of two 8-bit numbers is below 2^16: that many fit 32 bits.
  constexpr std::size_t kSafeProducts = 32768;
  const std::size_t positions = window.kernel_positions();
  const std::size_t group = std::min(input_channels, std::max<std::size_t>(kSafeProducts / positions / 2 * 2, 2));
  const TileKernel tile = integer_tile_kernel();
  const std::size_t pixels = window.output_pixels();
  std::fill(sums, sums + output_channels * pixels, 0);
  for (std::size_t first = 0; first < input_channels; first += group) {
    const std::size_t channels = std::min(group, input_channels - first);
    const auto words = paired_planes(input + first * window.input_pixels(), channels, window.input_pixels());
    std::vector<std::uint32_t> storage;
    const PlaneSource source = make_source(window, words.data(), (channels + 1) / 2, storage);
    WindowPanel panel(window, source, 0, tile.pixels);
    const auto packed = packed_weights(tile, output_channels, positions, panel.depth(),
                                       [&](std::size_t channel, std::size_t position, WeightSink sink) {
                                         const std::int16_t* from = weights(channel, position) + first;
                                         for (std::size_t c = 0; c < channels; c += 2)
                                           sink.to[c / 2 * sink.step] =
                                               pair(from[c], c + 1 < channels ? from[c + 1] : std::int16_t{0});
                                       });
    for_each_tile(tile, panel, pixels, output_channels, packed,
                  [&](std::size_t channel, std::size_t p, std::size_t count, const std::uint32_t* results) {
                    std::int64_t* to = sums + channel * pixels + p;
                    for (std::size_t k = 0; k < count; ++k) to[k] += static_cast<std::int32_t>(results[k]);
                  });
  }
}

}  // namespace bmemu::emulator::bm1684
