// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/tensor.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator::bm1684 {
namespace {

std::int64_t signed_value(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Element element(std::uint64_t precision, bool is_signed, std::string_view what, bool packed) {
  switch (precision) {
    case kPrecI8: return {is_signed ? Format::kI8 : Format::kU8, std::uint8_t(packed ? 4 : 1), packed ? 4U : 1U};
    case kPrecI16: return {is_signed ? Format::kI16 : Format::kU16, std::uint8_t(packed ? 2 : 1), packed ? 4U : 2U};
    case kPrecI32: return {is_signed ? Format::kI32 : Format::kU32, 1, 4};
    case kPrecF32: return {Format::kF32, 1, 4};
    default:
      throw Error({"E-OPERAND-FORMAT", std::string(what), fmt::format("precision code {}", precision),
                   "0 (8 bit), 2 (f32), 3 (16 bit), 4 (32 bit)", "an operand has a format that BM1684 does not have"});
  }
}

}  // namespace

Element packed_element(std::uint64_t precision, bool is_signed, std::string_view what) {
  return element(precision, is_signed, what, true);
}

Element plain_element(std::uint64_t precision, bool is_signed, std::string_view what) {
  return element(precision, is_signed, what, false);
}

Strides layout_strides(const Shape& shape, std::uint64_t channel, std::uint64_t start_lane, std::uint64_t lanes) {
  const std::uint64_t rows = (start_lane + shape[1] + lanes - 1) / lanes;
  return {signed_value(rows * channel), signed_value(channel), signed_value(shape[3]), 1};
}

std::uint64_t TensorMaker::local_offset(const Operand& operand) const {
  const std::uint64_t bytes = static_cast<std::uint64_t>(chip_.tiu.lanes * chip_.local_memory.lane_bytes);
  // Observed: addresses with and without the base of local memory mean the same.
  const std::uint64_t offset = operand.address >= isa::kLocalBase ? operand.address - isa::kLocalBase : operand.address;
  if (offset >= bytes)
    throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                 fmt::format("address 0x{:x}", operand.address),
                 fmt::format("0x{:x}..0x{:x}", isa::kLocalBase, isa::kLocalBase + bytes - 1),
                 "an operand lies outside local memory"});
  return offset;
}

OperandView TensorMaker::make(const Operand& operand, const Shape& shape, const Strides& strides) const {
  OperandView view;
  view.role = operand.role;
  view.access = operand.access;
  view.format = operand.element.format;
  view.packed = operand.element.packed;
  view.address = local_offset(operand);
  const std::uint64_t sizes[4] = {planes(shape[0], operand.element), shape[1], shape[2], shape[3]};
  const auto lane_bytes = chip_.local_memory.lane_bytes;
  const std::int64_t first = signed_value(view.address) % lane_bytes;
  const std::int64_t start_lane = signed_value(view.address) / lane_bytes;
  std::int64_t end = first + operand.element.bytes;
  for (std::size_t d = 0; d < 4; ++d) {
    if (sizes[d] == 0)
      throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                   fmt::format("size 0 in dimension {}", "nchw"[d]), "at least 1", "an operand has no elements"});
    view.shape[d] = static_cast<std::uint32_t>(sizes[d]);
    view.stride[d] = strides[d] * operand.element.bytes;
    const std::int64_t steps =
        d == 1 ? (start_lane + signed_value(sizes[d]) - 1) / chip_.tiu.lanes : signed_value(sizes[d]) - 1;
    end += steps * view.stride[d];
  }
  if (end > lane_bytes)
    throw Error({"E-OPERAND-RANGE", fmt::format("{} {}", command_, operand.name),
                 fmt::format("bytes 0x{:x}..0x{:x} of a lane", first, end - 1),
                 fmt::format("0..0x{:x}", lane_bytes - 1), "an operand runs over the end of its lanes"});
  return view;
}

OperandView TensorMaker::aligned(const Operand& operand, const Shape& shape) const {
  const std::uint64_t unit = static_cast<std::uint64_t>(chip_.tiu.eu_bytes) / operand.element.bytes;
  const std::uint64_t channel = (shape[2] * shape[3] + unit - 1) / unit * unit;
  const auto lane = local_offset(operand) / static_cast<std::uint64_t>(chip_.local_memory.lane_bytes);
  return make(operand, shape, layout_strides(shape, channel, lane, static_cast<std::uint64_t>(chip_.tiu.lanes)));
}

OperandView TensorMaker::compact(const Operand& operand, const Shape& shape) const {
  const auto lane = local_offset(operand) / static_cast<std::uint64_t>(chip_.local_memory.lane_bytes);
  const auto lanes = static_cast<std::uint64_t>(chip_.tiu.lanes);
  return make(operand, shape, layout_strides(shape, shape[2] * shape[3], lane, lanes));
}

OperandView TensorMaker::strided(const Operand& operand, const Shape& shape, const Strides& strides) const {
  return make(operand, shape, strides);
}

OperandView TensorMaker::tensor(const Operand& operand, const Shape& shape, std::uint64_t mode,
                                const Strides& strides) const {
  switch (mode) {
    case kAligned: return aligned(operand, shape);
    case kCompact: return compact(operand, shape);
    case kFree: return strided(operand, shape, strides);
    default:
      throw Error({"E-OPERAND-FORMAT", fmt::format("{} {}", command_, operand.name),
                   fmt::format("stride mode {}", mode), "0 (aligned), 1 (compact), 3 (free)",
                   "an operand has a layout that BM1684 does not have"});
  }
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
  const auto lanes = static_cast<std::uint32_t>(chip.tiu.lanes);
  if (view.space == isa::Space::kLocal && view.stride[1] == 0) view.shape[1] = std::min(view.shape[1], lanes);
  return view;
}

}  // namespace bmemu::emulator::bm1684
