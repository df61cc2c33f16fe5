// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sliding windows of convolutions and pooling: where each position of the inserted and padded input comes from.
#pragma once

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
};

/// The extent of one channel, row by row. `plane` has y.input rows of x.input elements.
template <class T>
std::vector<T> extend(const Window& window, const T* plane, T pad, T insert) {
  const auto rows = axis_sources(window.y, window.mode), columns = axis_sources(window.x, window.mode);
  std::vector<T> extended;
  extended.reserve(rows.size() * columns.size());
  for (const std::int32_t row : rows)
    for (const std::int32_t column : columns) {
      if (row == kPadded || column == kPadded)
        extended.push_back(pad);
      else if (row == kInserted || column == kInserted)
        extended.push_back(insert);
      else
        extended.push_back(plane[static_cast<std::size_t>(row) * window.x.input + static_cast<std::size_t>(column)]);
    }
  return extended;
}

}  // namespace bmemu::emulator
