// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Geometry of sliding windows: convolution and pooling read a padded input with inserted zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "isa/bm1684/tiu_fields.h"

namespace bmemu::emulator::bm1684 {

/// One spatial axis. Input element k stands at position `before + k * (inserted + 1)` of the extended input.
struct WindowAxis {
  std::size_t input = 0;
  std::size_t output = 0;
  std::size_t kernel = 0;
  std::size_t before = 0;    ///< pad
  std::size_t inserted = 0;  ///< zeros between neighbours
  std::size_t dilation = 1;
  std::size_t stride = 1;

  /// Positions that the windows touch.
  std::size_t extent() const { return (output - 1) * stride + (kernel - 1) * dilation + 1; }
};

struct Window {
  WindowAxis y;
  WindowAxis x;
  std::size_t input_pixels() const { return y.input * x.input; }
  std::size_t output_pixels() const { return y.output * x.output; }
  std::size_t kernel_positions() const { return y.kernel * x.kernel; }
};

inline Window make_window(const isa::bm1684::TiuFields& i) {
  Window window;
  window.y = {i.opd0_h, i.res0_h, i.opd1_h, i.opd0_up_pad, i.opd0_y_ins0, i.opd1_y_ins0 + 1, i.res_op_y_str};
  window.x = {i.opd0_w, i.res0_w, i.opd1_w, i.opd0_lf_pad, i.opd0_x_ins0, i.opd1_x_ins0 + 1, i.res_op_x_str};
  return window;
}

/// `planes` input planes extended to what the windows touch; padding and inserted places hold `fill`.
template <class T>
std::vector<T> extended(const Window& window, const T* input, std::size_t planes, T fill) {
  const std::size_t height = window.y.extent();
  const std::size_t width = window.x.extent();
  std::vector<T> out(planes * height * width, fill);
  const std::size_t step_y = window.y.inserted + 1;
  const std::size_t step_x = window.x.inserted + 1;
  for (std::size_t plane = 0; plane < planes; ++plane)
    for (std::size_t iy = 0; iy < window.y.input; ++iy) {
      const std::size_t y = window.y.before + iy * step_y;
      if (y >= height) break;
      T* row = out.data() + (plane * height + y) * width;
      const T* from = input + (plane * window.y.input + iy) * window.x.input;
      for (std::size_t ix = 0; ix < window.x.input; ++ix) {
        const std::size_t x = window.x.before + ix * step_x;
        if (x >= width) break;
        row[x] = from[ix];
      }
    }
  return out;
}

}  // namespace bmemu::emulator::bm1684
