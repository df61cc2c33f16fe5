// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The input of a convolution laid out so that every (channel, kernel row, kernel column) is a row of neighbouring
// values, one per output position.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/arithmetic/products/product_sum.h"
#include "emulator/tiu/shared/window.h"

namespace bmemu::emulator {

/// Input channels split by the phases of the stride, so that positions that a stride skips are not between outputs.
/// Output (y, x) is position y * row() + x of every tap; positions with x >= the output's width are meaningless.
template <class T>
class Taps {
 public:
  Taps(const Window& window, std::size_t channels)
      : window_(window),
        row_((window.x.extent() + window.x.stride - 1) / window.x.stride),
        rows_((window.y.extent() + window.y.stride - 1) / window.y.stride),
        phase_(row_ * rows_),
        values_(channels * window.y.stride * window.x.stride * phase_ + row_ + kTapSlack) {}

  std::size_t row() const { return row_; }
  std::size_t positions() const { return (window_.y.output - 1) * row_ + window_.x.output; }

  /// Fills a channel with its extent (see `extend`).
  void set(std::size_t channel, const std::vector<T>& extended) {
    const std::size_t sy = window_.y.stride, sx = window_.x.stride, width = window_.x.extent();
    for (std::size_t y = 0; y < window_.y.extent(); ++y)
      for (std::size_t px = 0; px < sx; ++px) {
        T* to = values_.data() + plane(channel, y % sy, px) + y / sy * row_;
        const T* from = extended.data() + y * width;
        for (std::size_t x = px; x < width; x += sx) *to++ = from[x];
      }
  }

  /// Calls f(accumulator index, dense index, count) for the runs of results that lie side by side both in accumulators
  /// [channels][stride] and in a dense result.
  template <class F>
  void for_each_run(std::size_t channels, std::size_t stride, F&& f) const {
    const std::size_t width = window_.x.output, plane = window_.y.output * width;
    const bool dense = row_ == width;
    const std::size_t runs = dense ? 1 : window_.y.output, length = dense ? plane : width;
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t y = 0; y < runs; ++y) f(c * stride + y * row_, c * plane + y * length, length);
  }

  const T* tap(std::size_t channel, std::size_t kernel_row, std::size_t kernel_column) const {
    const std::size_t y = kernel_row * window_.y.dilation, x = kernel_column * window_.x.dilation;
    return values_.data() + plane(channel, y % window_.y.stride, x % window_.x.stride) + y / window_.y.stride * row_ +
           x / window_.x.stride;
  }

 private:
  std::size_t plane(std::size_t channel, std::size_t phase_y, std::size_t phase_x) const {
    return ((channel * window_.y.stride + phase_y) * window_.x.stride + phase_x) * phase_;
  }

  Window window_;
  std::size_t row_, rows_, phase_;
  std::vector<T> values_;
};

}  // namespace bmemu::emulator
