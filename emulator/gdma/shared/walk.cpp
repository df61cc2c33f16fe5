// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/walk.h"

#include <algorithm>

#include "isa/layout/address_map.h"

namespace bmemu::emulator::gdma {
namespace {

struct Loop {
  std::uint32_t count = 1;
  Axis from;
  Axis to;
};

bool continues(const Axis& outer, const Axis& inner, std::uint32_t inner_count) {
  return !outer.lanes && !inner.lanes && outer.stride == inner.stride * inner_count;
}

class LoopList {
 public:
  LoopList(std::int64_t from, std::int64_t to) : from_(from), to_(to) {}

  /// Adds a loop inside the ones so far.
  void add(const Loop& loop) {
    if (loop.count == 1) {
      from_ += loop.from.at(0);
      to_ += loop.to.at(0);
    } else if (size_ > 0 && continues(last().from, loop.from, loop.count) &&
               continues(last().to, loop.to, loop.count) && std::uint64_t{last().count} * loop.count <= 0xFFFFFFFF) {
      const std::uint32_t outer = last().count;
      last() = loop;
      last().count *= outer;
    } else {
      loops_[size_++] = loop;
    }
  }

  Loops result() const {
    Loops loops;
    loops.from.base = from_;
    loops.to.base = to_;
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t d = 4 - size_ + i;
      loops.count[d] = loops_[i].count;
      loops.from.axis[d] = loops_[i].from;
      loops.to.axis[d] = loops_[i].to;
    }
    return loops;
  }

 private:
  Loop& last() { return loops_[size_ - 1]; }
  std::int64_t from_;
  std::int64_t to_;
  std::array<Loop, 4> loops_;
  std::size_t size_ = 0;
};

}  // namespace

Axes axes_of(const OperandView& view, const isa::ChipSpec& chip) {
  Axes axes;
  for (unsigned d = 0; d < 4; ++d) axes.axis[d].stride = view.stride[d];
  axes.base = static_cast<std::int64_t>(chip_address(view));
  if (view.space == isa::Space::kLocal) {
    const isa::Lanes lanes(chip);
    axes.axis[1].lanes = lanes;
    axes.axis[1].start_lane = lanes.lane(view.address);
    axes.base -= static_cast<std::int64_t>(lanes.address(axes.axis[1].start_lane, 0));
  }
  return axes;
}

Loops loops_of(const Move& move, const isa::ChipSpec& chip) {
  const Axes from = axes_of(move.from, chip);
  const Axes to = axes_of(move.to, chip);
  LoopList list(from.base, to.base);
  for (unsigned d = 0; d < 4; ++d) {
    const unsigned to_d = move.to_dimension[d];
    Loop loop{move.to.shape[to_d], from.axis[d], to.axis[to_d]};
    if (loop.count != 1 && move.from.shape[d] == 1) {
      list.add({1, loop.from, {}});  // one index of the source serves all: only its lane counts
      loop.from = {};
    }
    list.add(loop);
  }
  return list.result();
}

Loops loops_of(const OperandView& view, const isa::ChipSpec& chip) {
  const Axes axes = axes_of(view, chip);
  LoopList list(axes.base, axes.base);
  for (unsigned d = 0; d < 4; ++d) list.add({view.shape[d], axes.axis[d], axes.axis[d]});
  return list.result();
}

}  // namespace bmemu::emulator::gdma
