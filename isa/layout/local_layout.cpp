// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/layout/local_layout.h"

#include <algorithm>

namespace bmemu::isa {
namespace {

std::int64_t i64(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

Unit plain(DataType type) { return {std::max(1U, bits(type) / 8), 1}; }

Unit packed(DataType type) {
  const unsigned bytes = plain(type).bytes;
  return {4, 4 / bytes};
}

Strides LocalLayout::stride_bytes() const {
  Strides result = stride;
  for (std::int64_t& s : result) s *= unit.bytes;
  return result;
}

std::uint64_t LocalLayout::address(std::uint64_t offset, const Shape& at, const ChipSpec& chip) const {
  const Lanes lane_map(chip);
  const Strides step = stride_bytes();
  const std::uint64_t channel = lane_map.channel(lane_map.address(start_lane, offset), at[1], step[1]);
  return channel + static_cast<std::uint64_t>(i64(at[0]) * step[0] + i64(at[2]) * step[2] + i64(at[3]) * step[3]);
}

BankSet LocalLayout::banks(std::uint64_t offset, const ChipSpec& chip) const {
  return Lanes(chip).banks(offset, offset + bytes_per_lane);
}

std::int64_t LayoutMaker::round_to_units(std::uint64_t count, const Unit& unit) const {
  // Observed: BM1684's words of 64 bits (four batches of 16 bits) count like those of 32.
  const std::uint64_t step = std::max<std::uint64_t>(unit_bytes_ / std::min(unit.bytes, 4U), 1);
  return i64((count + step - 1) / step * step);
}

LocalLayout LayoutMaker::strided(const Shape& shape, const Unit& unit, const Strides& strides) const {
  LocalLayout layout;
  layout.shape = shape;
  layout.stride = strides;
  layout.unit = unit;
  layout.start_lane = start_lane_;
  layout.lanes = std::min(shape[1], lanes_.count());
  layout.rows = lanes_.rows(shape[1], start_lane_);
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return layout;
  std::uint64_t last = 0;
  const std::uint64_t steps[4] = {shape[0] - 1, layout.rows - 1, shape[2] - 1, shape[3] - 1};
  for (std::size_t d = 0; d < 4; ++d) last += steps[d] * static_cast<std::uint64_t>(strides[d]);
  layout.bytes_per_lane = (last + 1) * unit.bytes;
  return layout;
}

LocalLayout LayoutMaker::aligned(const Shape& shape, const Unit& unit) const {
  const std::int64_t channel = round_to_units(shape[2] * shape[3], unit);
  return strided(shape, unit, {i64(lanes_.rows(shape[1], start_lane_)) * channel, channel, i64(shape[3]), 1});
}

LocalLayout LayoutMaker::compact(const Shape& shape, const Unit& unit) const {
  const std::int64_t channel = i64(shape[2] * shape[3]);
  return strided(shape, unit, {i64(lanes_.rows(shape[1], start_lane_)) * channel, channel, i64(shape[3]), 1});
}

LocalLayout LayoutMaker::line_aligned(const Shape& shape, const Unit& unit) const {
  const std::int64_t line = round_to_units(shape[3], unit);
  const std::int64_t channel = i64(shape[2]) * line;
  return strided(shape, unit, {i64(lanes_.rows(shape[1], start_lane_)) * channel, channel, line, 1});
}

LocalLayout LayoutMaker::per_lane(const Shape& shape, const Unit& unit) const {
  return strided(shape, unit, {0, 1, 0, 0});
}

LocalLayout LayoutMaker::row_broadcast(const Shape& shape, const Unit& unit) const {
  return strided(shape, unit, {0, 0, round_to_units(shape[3], unit), 1});
}

LocalLayout LayoutMaker::by_mode(StrideMode mode, const Shape& shape, const Unit& unit,
                                 const Strides& free_strides) const {
  switch (mode) {
    case StrideMode::kAligned: return aligned(shape, unit);
    case StrideMode::kCompact: return compact(shape, unit);
    case StrideMode::kPerLane: return per_lane(shape, unit);
    case StrideMode::kRowBroadcast: return row_broadcast(shape, unit);
    case StrideMode::kFree: break;
  }
  return strided(shape, unit, free_strides);
}

LocalLayout LayoutMaker::matrix(std::uint64_t rows, std::uint64_t columns, std::uint64_t columns_per_lane,
                                const Unit& unit) const {
  return aligned({rows, (columns + columns_per_lane - 1) / columns_per_lane, 1, columns_per_lane}, unit);
}

LocalLayout LayoutMaker::matrix_by_rows(std::uint64_t rows, std::uint64_t columns, const Unit& unit) const {
  return aligned({1, rows, 1, columns}, unit);
}

}  // namespace bmemu::isa
