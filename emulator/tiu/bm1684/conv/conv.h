// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolution of dense arrays as the BM1684 TIU computes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "emulator/tiu/bm1684/conv/window.h"
#include "emulator/tiu/shared/window.h"

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

  /// The weight of input channel 0 at a position of the window is weights(channel)[place(position)]; the other input
  /// channels follow.
  const T* weights(std::size_t channel) const {
    return kernel.values.data() + channel * window.x.kernel * kernel.width;
  }
  std::size_t place(std::size_t position) const {
    if (kernel.rotated) position = window.kernel_positions() - 1 - position;
    const std::size_t y = position / window.x.kernel, x = position % window.x.kernel;
    return (y * output_channels * window.x.kernel + x) * kernel.width;
  }
};

/// Sums of products without bias. Order: kernel row, kernel column, input channel, where an odd number of channels
/// counts as one more; product k, rounded, is added to accumulator k mod 4; the result is (a2 + a0) + (a3 + a1).
/// With fast floats any order. Contract of both: `input` holds the channels of one batch; results are dense (channel,
/// row, column).
struct FloatConv : DenseConv<float> {
  void run(const float* input, float* results, const HostArithmetic& host) const;
};

/// Exact sums of products of numbers of 8 bits.
struct IntegerConv : DenseConv<std::int16_t> {
  void run(const std::int16_t* input, std::int64_t* sums, CpuPath cpu) const;
};

}  // namespace bmemu::emulator::bm1684
