// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/views.h"

#include <fmt/format.h>

#include "isa/error.h"

namespace bmemu::emulator::bm1684x {
namespace {

std::string_view name(Role role) {
  switch (role) {
    case Role::kResult0: return "result 0";
    case Role::kResult1: return "result 1";
    case Role::kOperand0: return "operand 0";
    case Role::kOperand1: return "operand 1";
    case Role::kOperand2: return "operand 2";
    case Role::kOperand3: return "operand 3";
  }
  return "?";
}

[[noreturn]] void fail(Role role, std::string value, std::string legal, std::string what) {
  throw Error({"E-OPERAND-RANGE", std::string(name(role)), std::move(value), std::move(legal), std::move(what)});
}

}  // namespace

Format format_of(std::uint64_t precision, std::uint64_t is_signed) {
  switch (precision) {
    case 0: return is_signed != 0 ? Format::kI8 : Format::kU8;
    case 1: return Format::kF16;
    case 2: return Format::kF32;
    case 3: return is_signed != 0 ? Format::kI16 : Format::kU16;
    case 4: return is_signed != 0 ? Format::kI32 : Format::kU32;
    case 5: return Format::kBf16;
    case 6: return is_signed != 0 ? Format::kI4 : Format::kU4;
    default:
      throw Error(
          {"E-OPERAND-FORMAT", "precision code", fmt::format("{}", precision), "0..6", "no such number format"});
  }
}

bool is_float(Format format) { return format == Format::kF32 || format == Format::kF16 || format == Format::kBf16; }

bool is_signed(Format format) {
  return format == Format::kI4 || format == Format::kI8 || format == Format::kI16 || format == Format::kI32;
}

Format raw_format(Format format) {
  switch (bits(format)) {
    case 8: return Format::kU8;
    case 16: return Format::kU16;
    default: return Format::kU32;
  }
}

OperandView as_raw(OperandView view) {
  view.format = raw_format(view.format);
  return view;
}

std::optional<OperandView> as_raw(const std::optional<OperandView>& view) {
  return view ? std::optional<OperandView>(as_raw(*view)) : view;
}

Shape shape_of(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w) {
  return {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(h),
          static_cast<std::uint32_t>(w)};
}

std::int64_t ViewMaker::round_to_units(std::int64_t elements) const {
  const std::int64_t units = chip_.tiu.eu_bytes * 8 / bits(format_);
  return (elements + units - 1) / units * units;
}

std::int64_t ViewMaker::channel_rows(const Shape& shape) const {
  const auto local = static_cast<std::uint64_t>(chip_.tiu.lanes * chip_.local_memory.lane_bytes);
  const auto start = static_cast<std::int64_t>(address_ % local) / chip_.local_memory.lane_bytes;
  return (shape[1] + start + chip_.tiu.lanes - 1) / chip_.tiu.lanes;
}

OperandView ViewMaker::strided(const Shape& shape, const Strides& strides) const {
  if (bits(format_) < 8)
    throw Error({"E-OPERAND-FORMAT", std::string(name(role_)), "4-bit integers", "8, 16 or 32 bits",
                 "the order of 4-bit elements in local memory is not known"});
  const std::int64_t element = bits(format_) / 8;
  const std::int64_t lane_bytes = chip_.local_memory.lane_bytes;
  OperandView view;
  view.role = role_;
  view.access = access_;
  view.format = format_;
  view.address = address_ % static_cast<std::uint64_t>(chip_.tiu.lanes * lane_bytes);
  view.shape = shape;
  for (unsigned d = 0; d < 4; ++d) view.stride[d] = strides[d] * element;
  const auto offset = static_cast<std::int64_t>(view.address) % lane_bytes;
  if (offset % element != 0)
    fail(role_, fmt::format("address 0x{:x}", address_), fmt::format("a multiple of {}", element),
         "the address is not aligned to the element size");
  for (unsigned d = 0; d < 4; ++d)
    if (shape[d] == 0)
      fail(role_, fmt::format("shape [{}, {}, {}, {}]", shape[0], shape[1], shape[2], shape[3]), "at least 1 each",
           "an operand without elements");
  const std::int64_t end = offset + (shape[0] - 1) * view.stride[0] + (channel_rows(shape) - 1) * view.stride[1] +
                           (shape[2] - 1) * view.stride[2] + (shape[3] - 1) * view.stride[3] + element;
  if (end > lane_bytes)
    fail(role_, fmt::format("bytes up to {} of a lane", end), fmt::format("at most {}", lane_bytes),
         fmt::format("shape [{}, {}, {}, {}] at 0x{:x} runs over the end of the lane", shape[0], shape[1], shape[2],
                     shape[3], address_));
  if (std::int64_t{shape[0]} * shape[1] * shape[2] > chip_.tiu.lanes * lane_bytes / shape[3])
    fail(role_, fmt::format("shape [{}, {}, {}, {}]", shape[0], shape[1], shape[2], shape[3]),
         "at most the bytes of local memory", "more elements than local memory can hold");
  return view;
}

OperandView ViewMaker::aligned(const Shape& shape) const {
  const std::int64_t row = round_to_units(std::int64_t{shape[2]} * shape[3]);
  return strided(shape, {channel_rows(shape) * row, row, shape[3], 1});
}

OperandView ViewMaker::compact(const Shape& shape) const {
  const std::int64_t row = std::int64_t{shape[2]} * shape[3];
  return strided(shape, {channel_rows(shape) * row, row, shape[3], 1});
}

OperandView ViewMaker::line_aligned(const Shape& shape) const {
  const std::int64_t line = round_to_units(shape[3]);
  const std::int64_t row = shape[2] * line;
  return strided(shape, {channel_rows(shape) * row, row, line, 1});
}

OperandView ViewMaker::row_broadcast(const Shape& shape) const {
  return strided(shape, {0, 0, round_to_units(shape[3]), 1});
}

OperandView ViewMaker::per_lane(const Shape& shape) const { return strided(shape, {0, 1, 0, 0}); }

OperandView ViewMaker::by_mode(std::uint64_t mode, const Shape& shape, const Strides& free_strides) const {
  switch (mode) {
    case kAligned: return aligned(shape);
    case kCompact: return compact(shape);
    case kPerLane: return per_lane(shape);
    case kFree: return strided(shape, free_strides);
    default:
      throw Error({"E-OPERAND-FORMAT", std::string(name(role_)), fmt::format("stride mode {}", mode), "0..3",
                   "the operand has no such stride mode"});
  }
}

OperandView as_read(OperandView view) {
  view.access = memory::Access::kRead;
  return view;
}

OperandView channels(const OperandView& view, std::uint32_t first, std::uint32_t count, const isa::ChipSpec& chip) {
  const auto lane_bytes = static_cast<std::uint64_t>(chip.local_memory.lane_bytes);
  const auto lanes = static_cast<std::uint64_t>(chip.tiu.lanes);
  const std::uint64_t channel = view.address / lane_bytes + first;
  OperandView part = view;
  part.shape[1] = count;
  part.address = channel % lanes * lane_bytes + view.address % lane_bytes +
                 channel / lanes * static_cast<std::uint64_t>(view.stride[1]);
  return part;
}

}  // namespace bmemu::emulator::bm1684x
