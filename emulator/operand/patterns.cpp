// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>

#include "emulator/operand/operands.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator {
namespace {

/// One dimension of a walk, in bytes.
struct Dimension {
  std::uint32_t count;
  std::int64_t stride;
};

/// A walk of any number of dimensions as patterns of at most four: contiguous inner dimensions become the run, and
/// the outermost dimensions that do not fit are written out.
class Walk {
 public:
  Walk(isa::Space space, std::uint64_t element_bytes) : space_(space), run_(element_bytes) {}

  /// From the innermost dimension outwards.
  void add(Dimension d) {
    if (d.count == 1 || d.stride == 0) return;  // the same bytes again
    if (!dimensions_.empty()) {
      auto& inner = dimensions_.back();
      const std::int64_t next = inner.stride * inner.count;
      if (next == d.stride && std::uint64_t{inner.count} * d.count <= UINT32_MAX) {
        inner.count *= d.count;
        return;
      }
    } else if (d.stride == static_cast<std::int64_t>(run_)) {
      run_ *= d.count;
      return;
    }
    dimensions_.push_back(d);
  }

  void emit(std::uint64_t base, std::vector<memory::Pattern>& out) const { emit(base, dimensions_.size(), out); }

 private:
  void emit(std::uint64_t base, std::size_t left, std::vector<memory::Pattern>& out) const {
    if (left > 4) {
      const auto& outer = dimensions_[left - 1];
      for (std::uint32_t i = 0; i < outer.count; ++i)
        emit(base + static_cast<std::uint64_t>(i * outer.stride), left - 1, out);
      return;
    }
    memory::Pattern pattern;
    pattern.space = space_;
    pattern.base = base;
    pattern.run_bytes = run_;
    for (std::size_t i = 0; i < left; ++i) {
      pattern.count[3 - i] = dimensions_[i].count;
      pattern.stride[3 - i] = dimensions_[i].stride;
    }
    out.push_back(pattern);
  }

  isa::Space space_;
  std::uint64_t run_;
  std::vector<Dimension> dimensions_;
};

/// A packed element is a word of several batches.
std::uint64_t element_bytes(const OperandView& view) { return std::uint64_t{view.packed} * bits(view.format) / 8; }

/// Channels in `rows` rows of `width` lanes each.
void emit_rows(const OperandView& view, std::uint64_t base, std::uint32_t rows, std::uint32_t width,
               const isa::Lanes& lanes, std::vector<memory::Pattern>& out) {
  Walk walk(view.space, element_bytes(view));
  walk.add({view.shape[3], view.stride[3]});
  walk.add({view.shape[2], view.stride[2]});
  walk.add({width, static_cast<std::int64_t>(lanes.lane_bytes())});
  walk.add({rows, view.stride[1]});
  walk.add({view.shape[0], view.stride[0]});
  walk.emit(base, out);
}

}  // namespace

std::vector<memory::Pattern> patterns(const OperandView& view, const isa::ChipSpec& chip) {
  std::vector<memory::Pattern> out;
  if (view.space != isa::Space::kLocal) {
    Walk walk(view.space, element_bytes(view));
    for (unsigned d = 4; d-- > 0;) walk.add({view.shape[d], view.stride[d]});
    walk.emit(isa::locate(view.address, chip).offset, out);
    return out;
  }
  const isa::Lanes lanes(chip);
  const auto count = static_cast<std::uint32_t>(lanes.count());
  auto lane = static_cast<std::uint32_t>(lanes.lane(view.address));
  std::uint32_t left = view.shape[1];
  if (view.all_lanes) {
    lane = 0;
    left = count;
  }
  std::uint64_t offset = lanes.offset(view.address);
  while (left > 0) {
    // Rows that start at the same lane and are equally long: a first partial row, the full rows, a last partial row.
    const std::uint32_t width = std::min(left, count - lane);
    const std::uint32_t rows = lane == 0 ? std::max(1U, left / count) : 1U;
    emit_rows(view, lanes.address(lane, offset), rows, width, lanes, out);
    left -= width * rows;
    offset += static_cast<std::uint64_t>(view.stride[1]) * rows;
    lane = 0;
  }
  return out;
}

}  // namespace bmemu::emulator
