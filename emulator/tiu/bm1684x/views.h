// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The layouts that BM1684X TIU operands have in local memory, as operand views.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/codes.h"
#include "isa/layout/local_layout.h"

namespace bmemu::emulator::bm1684x {

using Shape = std::array<std::uint32_t, 4>;   ///< n, c, h, w
using Strides = std::array<std::int64_t, 4>;  ///< n, c, h, w in elements

using isa::Precision;
using isa::StrideMode;

/// Precision code and sign of a command as a format.
/// Errors: E-OPERAND-FORMAT for code 7.
DataType format_of(std::uint64_t precision, std::uint64_t is_signed);
inline DataType format_of(Precision precision, std::uint64_t is_signed) {
  return format_of(code(precision), is_signed);
}

/// The unsigned integers of a format's width: elements that are moved as bits.
DataType raw_format(DataType format);
OperandView as_raw(OperandView view);
std::optional<OperandView> as_raw(const std::optional<OperandView>& view);
/// The same elements taken for those of another format of the same width.
std::optional<OperandView> with_format(std::optional<OperandView> view, DataType format);

/// Shape from 64-bit fields.
Shape shape_of(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w);

/// Makes views of one operand of a command.
/// Contract: every view that it returns lies in local memory: inside each lane that it uses.
/// Errors: E-OPERAND-RANGE for a view that leaves its lanes, has an empty dimension, or an address that is no multiple
/// of the element size. Observed: bits of an address above the size of local memory are dropped.
class ViewMaker {
 public:
  ViewMaker(const isa::ChipSpec& chip, Role role, memory::Access access, DataType format, std::uint64_t address)
      : chip_(chip), lanes_(chip), role_(role), access_(access), format_(format), address_(address) {}

  /// Every channel row starts at a multiple of the execution units' width.
  OperandView aligned(const Shape& shape) const;
  OperandView compact(const Shape& shape) const;
  /// Every row (along w) starts at a multiple of the execution units' width.
  OperandView line_aligned(const Shape& shape) const;
  /// One line-aligned channel that all channels of all batches read.
  OperandView row_broadcast(const Shape& shape) const;
  /// One value per channel, used for all n, h, w.
  OperandView per_lane(const Shape& shape) const;
  OperandView strided(const Shape& shape, const Strides& strides) const;
  /// Modes 0 to 3. Errors: E-OPERAND-FORMAT for another mode.
  OperandView by_mode(std::uint64_t mode, const Shape& shape, const Strides& free_strides) const;

 private:
  isa::LayoutMaker maker() const;
  isa::Unit unit() const { return isa::plain(format_); }
  OperandView view(const Shape& shape, const isa::LocalLayout& layout) const;

  const isa::ChipSpec& chip_;
  isa::Lanes lanes_;
  Role role_;
  memory::Access access_;
  DataType format_;
  std::uint64_t address_;
};

/// The view of a result that is read before it is written.
OperandView as_read(OperandView view);

/// The channels [first, first + count) of a view. Contract: inside the view's channels.
OperandView channels(const OperandView& view, std::uint32_t first, std::uint32_t count, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::bm1684x
