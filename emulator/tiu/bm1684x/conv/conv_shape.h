// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a BM1684X convolution computes on, whatever the number format: sizes, window, order of its weights.
#pragma once

#include <cstddef>
#include <vector>

#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/shared/window.h"
#include "isa/encoding/bm1684x/tiu/conv.h"

namespace bmemu::emulator::bm1684x {

class ConvShape {
 public:
  /// Errors: E-OPERAND-RANGE for sizes of zero and for results that reach beyond the padded input.
  ConvShape(const isa::bm1684x::Conv& conv, const ConvOperands& set);

  std::size_t kernel_size() const { return window.kernel_positions(); }
  std::size_t result_plane() const { return window.output_pixels(); }

  /// Where the weight of an input channel and a kernel position lies in the kernel of one output channel.
  std::size_t weight_at(std::size_t channel, std::size_t position) const {
    const std::size_t stored = rotated ? kernel_size() - 1 - position : position;
    return (channel / block * kernel_size() + stored) * block + channel % block;
  }

  Window window;
  std::size_t batches, outputs, inputs;
  bool rotated;
  std::size_t block;  ///< input channels that lie side by side in the kernel
};

/// Value and insert value of each channel, or one pair for all.
template <class T>
struct Pads {
  std::vector<T> values;  ///< pad, insert, pad, insert ...
  T pad(std::size_t channel) const { return values[values.size() == 2 ? 0 : 2 * channel]; }
  T insert(std::size_t channel) const { return values[values.size() == 2 ? 1 : 2 * channel + 1]; }
};

}  // namespace bmemu::emulator::bm1684x
