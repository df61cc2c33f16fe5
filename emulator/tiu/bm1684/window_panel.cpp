// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/window_panel.h"

namespace bmemu::emulator::bm1684 {

PlaneSource make_source(const Window& window, const std::uint32_t* input, std::size_t planes,
                        std::vector<std::uint32_t>& storage) {
  const auto reaches_out = [](const WindowAxis& axis) {
    return axis.before > 0 || axis.inserted > 0 || axis.extent() > axis.input;
  };
  if (!reaches_out(window.y) && !reaches_out(window.x)) return {input, planes, window.input_pixels(), window.x.input};
  storage = extended<std::uint32_t>(window, input, planes, 0);
  storage.resize(storage.size() + PlaneSource::kSlack);
  return {storage.data(), planes, window.y.extent() * window.x.extent(), window.x.extent()};
}

WindowPanel::WindowPanel(const Window& window, const PlaneSource& source, std::size_t padding_planes,
                         std::size_t pixels)
    : window_(window),
      source_(source),
      padding_planes_(padding_planes),
      pixels_(pixels),
      depth_(window.kernel_positions() * (source.planes + padding_planes)) {
  if (is_direct()) {
    depth_ = source.planes;  // rows of zeros change nothing after the last product
  } else {
    panel_.resize(depth_ * pixels_);
  }
}

bool WindowPanel::is_direct() const {
  return window_.kernel_positions() == 1 && window_.x.stride == 1 && window_.y.stride == 1 &&
         source_.row_pitch == window_.x.output;
}

void WindowPanel::find_runs(std::size_t first) {
  runs_.clear();
  const std::size_t width = window_.x.output;
  const std::size_t end = std::min(first + pixels_, window_.output_pixels());
  for (std::size_t p = first; p < end;) {
    const std::size_t x = p % width;
    const std::size_t count = std::min(width - x, end - p);
    runs_.push_back({p - first, p / width * window_.y.stride * source_.row_pitch + x * window_.x.stride, count});
    p += count;
  }
}

WindowPanel::Rows WindowPanel::rows(std::size_t first) {
  if (is_direct()) return {source_.words + first, source_.plane_pitch};
  find_runs(first);
  const std::size_t step = window_.x.stride;
  std::uint32_t* row = panel_.data();
  for (std::size_t y = 0; y < window_.y.kernel; ++y)
    for (std::size_t x = 0; x < window_.x.kernel; ++x) {
      const std::uint32_t* plane = source_.words + y * window_.y.dilation * source_.row_pitch + x * window_.x.dilation;
      for (std::size_t c = 0; c < source_.planes; ++c, plane += source_.plane_pitch, row += pixels_)
        for (const Run& run : runs_) {
          std::uint32_t* to = row + run.to;
          const std::uint32_t* from = plane + run.from;
          if (step == 1) {
            for (std::size_t k = 0; k < run.count; ++k) to[k] = from[k];
          } else {
            for (std::size_t k = 0; k < run.count; ++k) to[k] = from[k * step];
          }
        }
      row += padding_planes_ * pixels_;  // stays zero
    }
  return {panel_.data(), pixels_};
}

}  // namespace bmemu::emulator::bm1684
