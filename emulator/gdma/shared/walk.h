// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Walking over the elements of one or two views row by row, lanes included.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "emulator/gdma/shared/movement.h"
#include "emulator/gdma/shared/views.h"

namespace bmemu::emulator::gdma {

/// Offset of the i-th index of one dimension of a view, in chip addresses.
struct Axis {
  std::int64_t stride = 0;
  std::uint64_t start_lane = 0;
  std::optional<isa::Lanes> lanes{};  ///< of the channel dimension of a local tensor

  std::int64_t at(std::uint32_t i) const {
    if (!lanes) return i * stride;
    return static_cast<std::int64_t>(lanes->channel_step(start_lane + i, stride));
  }
};

/// A view as a base address and four axes.
struct Axes {
  std::int64_t base = 0;
  std::array<Axis, 4> axis;
};
Axes axes_of(const OperandView& view, const isa::ChipSpec& chip);

/// Four nested loops over two sides at once, the innermost being a row with fixed steps.
struct Loops {
  std::array<std::uint32_t, 4> count{1, 1, 1, 1};
  Axes from;
  Axes to;
};

/// The loops of a move by position, outer loops merged into inner ones where both sides allow it.
Loops loops_of(const Move& move, const isa::ChipSpec& chip);

/// The loops over one view (both sides are that view).
Loops loops_of(const OperandView& view, const isa::ChipSpec& chip);

/// Calls `row(from, from_step, to, to_step, count)` with chip addresses, in n,c,h,w order.
template <class Row>
void for_each_row(const Loops& loops, Row&& row) {
  const auto& [n, c, h, w] = loops.count;
  const Axis& from_w = loops.from.axis[3];
  const Axis& to_w = loops.to.axis[3];
  const bool whole_rows = !from_w.lanes && !to_w.lanes;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::int64_t from_n = loops.from.base + loops.from.axis[0].at(i);
    const std::int64_t to_n = loops.to.base + loops.to.axis[0].at(i);
    for (std::uint32_t j = 0; j < c; ++j) {
      const std::int64_t from_c = from_n + loops.from.axis[1].at(j);
      const std::int64_t to_c = to_n + loops.to.axis[1].at(j);
      for (std::uint32_t k = 0; k < h; ++k) {
        const std::int64_t from_h = from_c + loops.from.axis[2].at(k);
        const std::int64_t to_h = to_c + loops.to.axis[2].at(k);
        if (whole_rows) {
          row(from_h, from_w.stride, to_h, to_w.stride, w);
        } else {
          for (std::uint32_t l = 0; l < w; ++l)
            row(from_h + from_w.at(l), std::int64_t{0}, to_h + to_w.at(l), std::int64_t{0}, std::uint32_t{1});
        }
      }
    }
  }
}

}  // namespace bmemu::emulator::gdma
