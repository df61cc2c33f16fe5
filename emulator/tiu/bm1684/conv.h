// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolution of dense arrays as the BM1684 TIU computes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/tiu/bm1684/window.h"

namespace bmemu::emulator::bm1684 {

/// Weights of one layer: (kernel row, output channel, kernel column, input channel); input channels padded to `width`.
template <class T>
struct ConvWeights {
  std::vector<T> values;
  std::size_t width = 0;
  bool rotated = false;  ///< the kernel is used rotated by 180 degrees
};

template <class T>
struct DenseConv {
  Window window;
  std::size_t input_channels = 0;
  std::size_t output_channels = 0;
  ConvWeights<T> kernel;

  /// The weights of all input channels at a position of the window.
  const T* weights(std::size_t channel, std::size_t position) const {
    if (kernel.rotated) position = window.kernel_positions() - 1 - position;
    const std::size_t y = position / window.x.kernel;
    const std::size_t x = position % window.x.kernel;
    return kernel.values.data() + ((y * output_channels + channel) * window.x.kernel + x) * kernel.width;
  }
};

/// Sums of products without bias. Order: kernel row, kernel column, input channel, where an odd number of channels
/// counts as one more; product k, rounded, is added to accumulator k mod 4; the result is (a2 + a0) + (a3 + a1).
/// Contract of both: `input` holds the channels of one batch; results are dense (channel, row, column).
struct FloatConv : DenseConv<float> {
  /// `input` holds float32 bits and PlaneSource::kSlack readable words more.
  void run(const std::uint32_t* input, float* results) const;
};

/// Exact sums of products of numbers of 8 bits.
struct IntegerConv : DenseConv<std::int16_t> {
  void run(const std::int16_t* input, std::int64_t* sums) const;
};

}  // namespace bmemu::emulator::bm1684
