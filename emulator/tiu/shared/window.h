// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sliding windows of convolutions and pooling: where each position of the inserted and padded input comes from.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bmemu::emulator {

enum class PadMode : std::uint8_t { kConstant = 0, kReflection = 1, kReplication = 2, kCircular = 3 };

/// One spatial dimension.
struct WindowAxis {
  std::uint32_t input = 1;
  std::uint32_t output = 1;
  std::uint32_t kernel = 1;
  std::uint32_t stride = 1;
  std::uint32_t dilation = 1;
  std::uint32_t pad_before = 0;
  std::uint32_t pad_after = 0;
  std::uint32_t inserts = 0;  ///< between neighbouring elements

  /// Elements with inserts and pads.
  std::uint32_t extent() const { return inner() + pad_before + pad_after; }
  /// Elements with inserts.
  std::uint32_t inner() const { return (input - 1) * (inserts + 1) + 1; }
  /// Elements that the outputs reach.
  std::uint32_t reach() const { return (output - 1) * stride + (kernel - 1) * dilation + 1; }
};

/// Values below zero in the list of `axis_sources`.
inline constexpr std::int32_t kInserted = -1;
inline constexpr std::int32_t kPadded = -2;

/// For every position of the extent: the index of the input, kInserted or kPadded.
/// Reflection, replication and circulation act on the input with its inserts.
std::vector<std::int32_t> axis_sources(const WindowAxis& axis, PadMode mode);

/// A window in two dimensions.
struct Window {
  WindowAxis y, x;
  PadMode mode = PadMode::kConstant;

  std::size_t input_pixels() const { return std::size_t{y.input} * x.input; }
  std::size_t output_pixels() const { return std::size_t{y.output} * x.output; }
  std::size_t kernel_positions() const { return std::size_t{y.kernel} * x.kernel; }
};

/// The window of a command, from the fields that every windowed command of both chips has; pads are constants.
template <class Fields>
Window window_of(const Fields& f) {
  const auto u32 = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  Window window;
  window.y = {u32(f.opd0_h),          u32(f.res0_h),      u32(f.opd1_h),      u32(f.res_op_y_str),
              u32(f.opd1_y_ins0) + 1, u32(f.opd0_up_pad), u32(f.opd0_dn_pad), u32(f.opd0_y_ins0)};
  window.x = {u32(f.opd0_w),          u32(f.res0_w),      u32(f.opd1_w),      u32(f.res_op_x_str),
              u32(f.opd1_x_ins0) + 1, u32(f.opd0_lf_pad), u32(f.opd0_rt_pad), u32(f.opd0_x_ins0)};
  return window;
}

/// `what`: the operation, for the message. Errors: E-OPERAND-RANGE for a stride or a kernel size of zero.
void check_sizes(const Window& window, const char* what);
/// Errors: E-OPERAND-RANGE for a result that reaches beyond the padded input.
void check_reach(const Window& window, const char* what);

/// Where the extents of channels come from, worked out once per window.
struct WindowSources {
  explicit WindowSources(const Window& window)
      : rows(axis_sources(window.y, window.mode)),
        columns(axis_sources(window.x, window.mode)),
        input_columns(window.x.input),
        plain_columns(window.x.inserts == 0 && window.mode == PadMode::kConstant),
        before(window.x.pad_before) {}
  std::vector<std::int32_t> rows, columns;
  std::size_t input_columns;
  bool plain_columns;  ///< a row is pads, the input's row, pads
  std::size_t before;
};

/// The extent of one channel, row by row, into `out`. `copy(index, count, to)` writes `count` elements of the channel
/// from `index` (row by row) on.
template <class T, class Copy>
void extend(const WindowSources& sources, T pad, T insert, Copy&& copy, std::vector<T>& out) {
  const std::size_t width = sources.columns.size();
  out.resize(sources.rows.size() * width);
  T* to = out.data();
  for (const std::int32_t row : sources.rows) {
    if (row < 0) {
      // A row of pads, or of inserts between pads.
      for (std::size_t x = 0; x < width; ++x) to[x] = row == kPadded || sources.columns[x] == kPadded ? pad : insert;
    } else if (sources.plain_columns) {
      const std::size_t end = sources.before + sources.input_columns;
      for (std::size_t x = 0; x < sources.before; ++x) to[x] = pad;
      copy(static_cast<std::size_t>(row) * sources.input_columns, sources.input_columns, to + sources.before);
      for (std::size_t x = end; x < width; ++x) to[x] = pad;
    } else {
      for (std::size_t x = 0; x < width; ++x) {
        const std::int32_t column = sources.columns[x];
        if (column >= 0)
          copy(static_cast<std::size_t>(row) * sources.input_columns + static_cast<std::size_t>(column), 1, to + x);
        else
          to[x] = column == kPadded ? pad : insert;
      }
    }
    to += width;
  }
}

/// The same from a plane of the same type.
template <class T>
void extend_plane(const WindowSources& sources, const T* plane, T pad, T insert, std::vector<T>& out) {
  const auto copy = [plane](std::size_t index, std::size_t count, T* to) { std::copy_n(plane + index, count, to); };
  extend(sources, pad, insert, copy, out);
}

template <class T>
std::vector<T> extend(const Window& window, const T* plane, T pad, T insert) {
  std::vector<T> out;
  extend_plane(WindowSources(window), plane, pad, insert, out);
  return out;
}

}  // namespace bmemu::emulator
