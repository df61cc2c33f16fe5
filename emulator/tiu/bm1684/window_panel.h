// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Feeds convolution kernels: tiles of output pixels, and for each tile the input words that every product needs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/tiu/bm1684/window.h"

namespace bmemu::emulator::bm1684 {

/// Input planes of 32-bit words (a float, or two 16-bit integers of neighbouring channels), extended where windows
/// leave the input. Contract: at least `kSlack` words after the last plane may be read.
struct PlaneSource {
  static constexpr std::size_t kSlack = 64;
  const std::uint32_t* words = nullptr;
  std::size_t planes = 0;
  std::size_t plane_pitch = 0;
  std::size_t row_pitch = 0;
};

/// The planes of `input`, or a copy of them in `storage` when padding, inserted places or windows that end beyond the
/// input ask for zeros. Contract: `input` has the slack that PlaneSource asks for.
PlaneSource make_source(const Window& window, const std::uint32_t* input, std::size_t planes,
                        std::vector<std::uint32_t>& storage);

/// A kernel computes `channels` x `pixels` results from `depth` rows of `pixels` words, `x_pitch` apart, and as many
/// rows of `channels` weights; results of one channel lie `pixels` apart.
struct TileKernel {
  std::size_t pixels;
  std::size_t channels;
  void (*run)(const std::uint32_t* x, std::size_t x_pitch, const std::uint32_t* weights, std::size_t depth,
              std::uint32_t* results);
};

/// Words of a tile in the order kernel row, kernel column, plane; `padding_planes` rows of zeros follow the planes of
/// each position.
class WindowPanel {
 public:
  WindowPanel(const Window& window, const PlaneSource& source, std::size_t padding_planes, std::size_t pixels);

  struct Rows {
    const std::uint32_t* words;
    std::size_t pitch;
  };
  std::size_t depth() const { return depth_; }
  /// The rows for output pixels `first` .. `first + pixels - 1`; pixels after the last one hold anything.
  Rows rows(std::size_t first);

 private:
  struct Run {
    std::size_t to, from, count;
  };
  bool is_direct() const;
  void find_runs(std::size_t first);

  const Window window_;
  const PlaneSource source_;
  const std::size_t padding_planes_;
  const std::size_t pixels_;
  std::size_t depth_;
  std::vector<std::uint32_t> panel_;
  std::vector<Run> runs_;
};

/// Where the words of one position's weights go: word k to `to[k * step]`.
struct WeightSink {
  std::uint32_t* to;
  std::size_t step;
};

/// Weights as `kernel` wants them; `fill(channel, position, sink)` writes the words of one position. Rows of padding
/// and channels after the last one are zero.
template <class F>
std::vector<std::uint32_t> packed_weights(const TileKernel& kernel, std::size_t channels, std::size_t positions,
                                          std::size_t depth, F fill) {
  const std::size_t tiles = (channels + kernel.channels - 1) / kernel.channels;
  std::vector<std::uint32_t> packed(tiles * depth * kernel.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    std::uint32_t* to = packed.data() + c / kernel.channels * depth * kernel.channels + c % kernel.channels;
    for (std::size_t position = 0; position < positions; ++position)
      fill(c, position, WeightSink{to + position * (depth / positions) * kernel.channels, kernel.channels});
  }
  return packed;
}

/// Runs `kernel` over all tiles; `finish(channel, first_pixel, count, words)` takes the results of one channel's
/// pixels.
template <class F>
void for_each_tile(const TileKernel& kernel, WindowPanel& panel, std::size_t pixels, std::size_t channels,
                   const std::vector<std::uint32_t>& weights, F finish) {
  std::vector<std::uint32_t> results(kernel.pixels * kernel.channels);
  for (std::size_t p = 0; p < pixels; p += kernel.pixels) {
    const auto x = panel.rows(p);
    const std::size_t count = std::min(kernel.pixels, pixels - p);
    for (std::size_t c = 0; c < channels; c += kernel.channels) {
      kernel.run(x.words, x.pitch, weights.data() + c * panel.depth(), panel.depth(), results.data());
      for (std::size_t j = 0; j < std::min(kernel.channels, channels - c); ++j)
        finish(c + j, p, count, results.data() + j * kernel.pixels);
    }
  }
}

}  // namespace bmemu::emulator::bm1684
