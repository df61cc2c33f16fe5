// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Where the elements of a tensor lie in local memory: strides, lanes, bytes and banks of every layout that the chips
// know. Pure arithmetic for whoever makes commands and whoever executes them.
#pragma once

#include <array>
#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "isa/encoding/codes.h"
#include "isa/layout/data_type.h"
#include "isa/layout/lanes.h"

namespace bmemu::isa {

using Shape = std::array<std::uint64_t, 4>;   ///< n, c, h, w
using Strides = std::array<std::int64_t, 4>;  ///< n, c, h, w

/// What one place of a tensor holds: an element, or on BM1684 a word with the same element of several batches: 32 bits,
/// or 64 for sums of bytes that have 16 bits.
struct Unit {
  unsigned bytes = 4;
  unsigned batches = 1;  ///< n counts words ("planes") where this is not 1
};

/// One element after the other ("1N").
Unit plain(DataType type);
/// BM1684: four 8-bit ("4N") or two 16-bit ("2N") batches in a word; 32-bit data are 1N.
Unit packed(DataType type);
/// Words that hold `batches` real batches. Missing batches of the last word have any value.
constexpr std::uint64_t planes(std::uint64_t batches, const Unit& unit) {
  return (batches + unit.batches - 1) / unit.batches;
}

/// A tensor in local memory. Unit (n, c, h, w) lies in lane (start_lane + c) % lanes of the chip, at the tensor's
/// offset + unit.bytes * (n * stride[0] + (start_lane + c) / lanes * stride[1] + h * stride[2] + w * stride[3]).
/// The offset is the same in all lanes and is not part of the layout.
struct LocalLayout {
  Shape shape{};     ///< n in planes
  Strides stride{};  ///< in units, as commands have them; stride[1]: from a channel to the next one of the same lane
  Unit unit;
  std::uint64_t start_lane = 0;
  std::uint64_t lanes = 0;           ///< that hold a part of it
  std::uint64_t rows = 0;            ///< of channels, in the lane that holds most of them
  std::uint64_t bytes_per_lane = 0;  ///< from the first byte to behind the last, in that lane; 0: no elements

  Strides stride_bytes() const;
  /// Bytes behind the start of local memory of unit (n, c, h, w) of a tensor whose first byte in a lane is `offset`.
  std::uint64_t address(std::uint64_t offset, const Shape& at, const ChipSpec& chip) const;
  /// Banks between the first and the last byte of a tensor at `offset`. Contract: it fits into its lane.
  BankSet banks(std::uint64_t offset, const ChipSpec& chip) const;
};

/// Makes the layouts of tensors that start in one lane. Contract: sizes are those that commands can hold (16 bits).
/// Strides are the smallest legal ones: every layout that is not `strided` can be told by its stride mode alone.
class LayoutMaker {
 public:
  explicit LayoutMaker(const ChipSpec& chip, std::uint64_t start_lane = 0)
      : lanes_(chip), unit_bytes_(static_cast<std::uint64_t>(chip.tiu.eu_bytes)), start_lane_(start_lane) {}

  /// Every channel begins at a multiple of the bytes that the execution units take per cycle.
  LocalLayout aligned(const Shape& shape, const Unit& unit) const;
  /// Channels follow each other without gaps.
  LocalLayout compact(const Shape& shape, const Unit& unit) const;
  /// Every row (along w) begins at such a multiple (BM1684X: gather by lines, source of a C/W transpose).
  LocalLayout line_aligned(const Shape& shape, const Unit& unit) const;
  /// One value per channel, used for all n, h, w (BM1684X).
  LocalLayout per_lane(const Shape& shape, const Unit& unit) const;
  /// One line-aligned channel that all channels and batches of a lane read (BM1684X).
  LocalLayout row_broadcast(const Shape& shape, const Unit& unit) const;
  /// Strides in units that the command gives.
  LocalLayout strided(const Shape& shape, const Unit& unit, const Strides& strides) const;
  /// By stride mode; `free_strides` are for kFree.
  LocalLayout by_mode(StrideMode mode, const Shape& shape, const Unit& unit, const Strides& free_strides = {}) const;

  /// A matrix of rows x columns cut into pieces of `columns_per_lane`: element (r, j) is n = r, c = j /
  /// columns_per_lane, w = the rest. The last piece may be only partly used.
  LocalLayout matrix(std::uint64_t rows, std::uint64_t columns, std::uint64_t columns_per_lane, const Unit& unit) const;
  /// A matrix with row r in channel r (BM1684X mm2): element (r, j) is c = r, w = j.
  LocalLayout matrix_by_rows(std::uint64_t rows, std::uint64_t columns, const Unit& unit) const;

 private:
  std::int64_t round_to_units(std::uint64_t count, const Unit& unit) const;

  Lanes lanes_;
  std::uint64_t unit_bytes_;
  std::uint64_t start_lane_;
};

}  // namespace bmemu::isa
