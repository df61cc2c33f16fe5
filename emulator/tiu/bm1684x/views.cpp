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

isa::Shape wide(const Shape& shape) { return {shape[0], shape[1], shape[2], shape[3]}; }

[[noreturn]] void fail(Role role, std::string value, std::string legal, std::string what) {
  throw Error({"E-OPERAND-RANGE", std::string(name(role)), std::move(value), std::move(legal), std::move(what)});
}

}  // namespace

DataType format_of(std::uint64_t precision, std::uint64_t is_signed) {
  if (const auto type = isa::bm1684x::tiu_data_type(precision, is_signed != 0)) return *type;
  throw Error({"E-OPERAND-FORMAT", "precision code", fmt::format("{}", precision), "0..6", "no such number format"});
}

DataType raw_format(DataType format) {
  switch (bits(format)) {
    case 8: return DataType::kU8;
    case 16: return DataType::kU16;
    default: return DataType::kU32;
  }
}

OperandView as_raw(OperandView view) {
  view.format = raw_format(view.format);
  return view;
}

std::optional<OperandView> as_raw(const std::optional<OperandView>& view) {
  return view ? std::optional<OperandView>(as_raw(*view)) : view;
}

std::optional<OperandView> with_format(std::optional<OperandView> view, DataType format) {
  if (view) view->format = format;
  return view;
}

Shape shape_of(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w) {
  return {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(h),
          static_cast<std::uint32_t>(w)};
}

isa::LayoutMaker ViewMaker::maker() const {
  return isa::LayoutMaker(chip_, lanes_.lane(address_ % lanes_.all_bytes()));
}

OperandView ViewMaker::view(const Shape& shape, const isa::LocalLayout& layout) const {
  if (bits(format_) < 8)
    throw Error({"E-OPERAND-FORMAT", std::string(name(role_)), "4-bit integers", "8, 16 or 32 bits",
                 "the order of 4-bit elements in local memory is not known"});
  const std::int64_t element = bits(format_) / 8;
  const auto lane_bytes = static_cast<std::int64_t>(lanes_.lane_bytes());
  OperandView view;
  view.role = role_;
  view.access = access_;
  view.format = format_;
  view.address = address_ % lanes_.all_bytes();
  view.shape = shape;
  view.stride = layout.stride_bytes();
  const auto offset = static_cast<std::int64_t>(lanes_.offset(view.address));
  if (offset % element != 0)
    fail(role_, fmt::format("address 0x{:x}", address_), fmt::format("a multiple of {}", element),
         "the address is not aligned to the element size");
  for (unsigned d = 0; d < 4; ++d)
    if (shape[d] == 0)
      fail(role_, fmt::format("shape [{}, {}, {}, {}]", shape[0], shape[1], shape[2], shape[3]), "at least 1 each",
           "an operand without elements");
  const std::int64_t end = offset + static_cast<std::int64_t>(layout.bytes_per_lane);
  if (end > lane_bytes)
    fail(role_, fmt::format("bytes up to {} of a lane", end), fmt::format("at most {}", lane_bytes),
         fmt::format("shape [{}, {}, {}, {}] at 0x{:x} runs over the end of the lane", shape[0], shape[1], shape[2],
                     shape[3], address_));
  if (std::int64_t{shape[0]} * shape[1] * shape[2] > static_cast<std::int64_t>(lanes_.all_bytes()) / shape[3])
    fail(role_, fmt::format("shape [{}, {}, {}, {}]", shape[0], shape[1], shape[2], shape[3]),
         "at most the bytes of local memory", "more elements than local memory can hold");
  return view;
}

OperandView ViewMaker::aligned(const Shape& shape) const { return view(shape, maker().aligned(wide(shape), unit())); }
OperandView ViewMaker::compact(const Shape& shape) const { return view(shape, maker().compact(wide(shape), unit())); }
OperandView ViewMaker::line_aligned(const Shape& shape) const {
  return view(shape, maker().line_aligned(wide(shape), unit()));
}
OperandView ViewMaker::row_broadcast(const Shape& shape) const {
  return view(shape, maker().row_broadcast(wide(shape), unit()));
}
OperandView ViewMaker::per_lane(const Shape& shape) const { return view(shape, maker().per_lane(wide(shape), unit())); }
OperandView ViewMaker::strided(const Shape& shape, const Strides& strides) const {
  return view(shape, maker().strided(wide(shape), unit(), strides));
}

OperandView ViewMaker::by_mode(std::uint64_t mode, const Shape& shape, const Strides& free_strides) const {
  if (mode > code(StrideMode::kFree))
    throw Error({"E-OPERAND-FORMAT", std::string(name(role_)), fmt::format("stride mode {}", mode), "0..3",
                 "the operand has no such stride mode"});
  return view(shape, maker().by_mode(static_cast<StrideMode>(mode), wide(shape), unit(), free_strides));
}

OperandView as_read(OperandView view) {
  view.access = memory::Access::kRead;
  return view;
}

OperandView channels(const OperandView& view, std::uint32_t first, std::uint32_t count, const isa::ChipSpec& chip) {
  OperandView part = view;
  part.shape[1] = count;
  part.address = isa::Lanes(chip).channel(view.address, first, view.stride[1]);
  return part;
}

}  // namespace bmemu::emulator::bm1684x
