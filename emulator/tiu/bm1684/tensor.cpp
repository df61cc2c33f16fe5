// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/tensor.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator::bm1684 {
namespace {

DataType type_of(std::uint64_t precision, bool is_signed, std::string_view what) {
  if (const auto type = isa::bm1684::tiu_data_type(precision, is_signed)) return *type;
  throw Error({"E-OPERAND-FORMAT", std::string(what), fmt::format("precision code {}", precision),
               "0 (8 bit), 2 (f32), 3 (16 bit), 4 (32 bit)", "an operand has a format that BM1684 does not have"});
}

/// Shape in units: n in planes.
isa::Shape in_units(const Shape& shape, const Element& element) {
  return {isa::planes(shape[0], element.unit), shape[1], shape[2], shape[3]};
}

}  // namespace

Element packed_element(std::uint64_t precision, bool is_signed, std::string_view what) {
  const DataType type = type_of(precision, is_signed, what);
  return {type, isa::packed(type)};
}

Element plain_element(std::uint64_t precision, bool is_signed, std::string_view what) {
  const DataType type = type_of(precision, is_signed, what);
  return {type, isa::plain(type)};
}

std::uint64_t TensorMaker::local_offset(const Operand& operand) const {
  const std::uint64_t bytes = lanes_.all_bytes();
  // Observed: addresses with and without the base of local memory mean the same.
  const std::uint64_t offset = operand.address >= isa::kLocalBase ? operand.address - isa::kLocalBase : operand.address;
  if (offset >= bytes)
    throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                 fmt::format("address 0x{:x}", operand.address),
                 fmt::format("0x{:x}..0x{:x}", isa::kLocalBase, isa::kLocalBase + bytes - 1),
                 "an operand lies outside local memory"});
  return offset;
}

isa::LayoutMaker TensorMaker::maker(const Operand& operand) const {
  return isa::LayoutMaker(chip_, lanes_.lane(local_offset(operand)));
}

OperandView TensorMaker::view(const Operand& operand, const isa::LocalLayout& layout) const {
  OperandView view;
  view.role = operand.role;
  view.access = operand.access;
  view.format = operand.element.format;
  view.packed = static_cast<std::uint8_t>(layout.unit.batches);
  view.address = local_offset(operand);
  view.stride = layout.stride_bytes();
  for (std::size_t d = 0; d < 4; ++d) {
    if (layout.shape[d] == 0)
      throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                   fmt::format("size 0 in dimension {}", "nchw"[d]), "at least 1", "an operand has no elements"});
    view.shape[d] = static_cast<std::uint32_t>(layout.shape[d]);
  }
  const std::uint64_t first = lanes_.offset(view.address);
  const std::uint64_t end = first + layout.bytes_per_lane;
  if (end > lanes_.lane_bytes())
    throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                 fmt::format("bytes 0x{:x}..0x{:x} of a lane", first, end - 1),
                 fmt::format("0..0x{:x}", lanes_.lane_bytes() - 1), "an operand runs over the end of its lanes"});
  return view;
}

OperandView TensorMaker::aligned(const Operand& operand, const Shape& shape) const {
  return view(operand, maker(operand).aligned(in_units(shape, operand.element), operand.element.unit));
}

OperandView TensorMaker::compact(const Operand& operand, const Shape& shape) const {
  return view(operand, maker(operand).compact(in_units(shape, operand.element), operand.element.unit));
}

OperandView TensorMaker::strided(const Operand& operand, const Shape& shape, const Strides& strides) const {
  return view(operand, maker(operand).strided(in_units(shape, operand.element), operand.element.unit, strides));
}

OperandView TensorMaker::tensor(const Operand& operand, const Shape& shape, std::uint64_t mode,
                                const Strides& strides) const {
  if (mode == StrideMode::kAligned) return aligned(operand, shape);
  // Observed: mode 1, which compilers use for tensors without gaps, takes the strides too.
  if (mode == StrideMode::kCompact || mode == StrideMode::kFree) return strided(operand, shape, strides);
  throw Error({"E-OPERAND-FORMAT", fmt::format("{} {}", command_, operand.name), fmt::format("stride mode {}", mode),
               "0 (aligned), 1 (compact), 3 (free)", "an operand has a layout that BM1684 does not have"});
}

OperandView TensorMaker::table(const Operand& operand, std::uint64_t entries) const {
  const auto bytes = static_cast<std::uint64_t>(chip_.l2.bytes);
  if (operand.address >= bytes || entries * 4 > bytes - operand.address)
    throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                 fmt::format("{} entries at offset 0x{:x}", entries, operand.address),
                 fmt::format("0..0x{:x}", bytes - 1), "a table lies outside L2"});
  OperandView view;
  view.role = operand.role;
  view.access = operand.access;
  view.space = isa::Space::kL2;
  view.format = operand.element.format;
  view.address = isa::kL2Base + operand.address;
  view.shape = {1, 1, 1, static_cast<std::uint32_t>(entries)};
  view.stride = {0, 0, 0, 4};
  return view;
}

OperandView without_repeats(OperandView view, const isa::ChipSpec& chip) {
  for (const std::size_t d : {0U, 2U, 3U})
    if (view.stride[d] == 0) view.shape[d] = 1;
  if (view.space == isa::Space::kLocal && view.stride[1] == 0)
    view.shape[1] = std::min(view.shape[1], static_cast<std::uint32_t>(isa::Lanes(chip).count()));
  return view;
}

}  // namespace bmemu::emulator::bm1684
