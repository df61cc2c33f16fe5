// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/tensors.h"

namespace bmemu::kernels {
namespace {

isa::Unit unit_of(const LocalTensor& t) { return {static_cast<unsigned>(t.unit), static_cast<unsigned>(t.batches)}; }

/// As isa::LocalLayout counts: batches that share a word are one plane.
isa::Shape planes_of(const Dims& shape, const isa::Unit& unit) {
  const auto u64 = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  return {isa::planes(u64(shape[0]), unit), u64(shape[1]), u64(shape[2]), u64(shape[3])};
}

isa::LayoutMaker maker(const isa::ChipSpec& chip, std::int64_t lane) {
  return isa::LayoutMaker(chip, static_cast<std::uint64_t>(lane));
}

LocalTensor placed(const isa::LocalLayout& layout, const Dims& shape, isa::DataType type, std::int64_t offset) {
  LocalTensor tensor;
  tensor.offset = offset;
  tensor.lane = static_cast<std::int64_t>(layout.start_lane);
  tensor.shape = shape;
  tensor.stride = layout.stride;
  tensor.type = type;
  tensor.unit = layout.unit.bytes;
  tensor.batches = layout.unit.batches;
  return tensor;
}

/// Whether the tensor lies as `layout` says; the stride of a dimension with one place does not matter.
bool lies_as(const isa::LocalLayout& layout, const LocalTensor& t) {
  const std::uint64_t places[4] = {layout.shape[0], layout.rows, layout.shape[2], layout.shape[3]};
  for (std::size_t d = 0; d < 4; ++d)
    if (places[d] > 1 && t.stride[d] != layout.stride[d]) return false;
  return true;
}

}  // namespace

std::int64_t element_bytes(isa::DataType type) { return isa::plain(type).bytes; }

GlobalTensor plain_tensor(std::uint64_t address, const Dims& shape, const Dims& stride, isa::DataType type) {
  GlobalTensor t;
  t.address = address;
  t.shape = shape;
  t.stride = stride;
  t.type = type;
  t.unit = element_bytes(type);
  return t;
}

isa::Unit storage_unit(isa::Family family, isa::DataType type) {
  return family == isa::Family::kBm1684 ? isa::packed(type) : isa::plain(type);
}

LocalTensor aligned_tensor(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t offset,
                           std::int64_t lane) {
  const isa::Unit unit = storage_unit(chip.family, type);
  return placed(maker(chip, lane).aligned(planes_of(shape, unit), unit), shape, type, offset);
}

LocalTensor compact_tensor(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t offset,
                           std::int64_t lane) {
  const isa::Unit unit = isa::plain(type);
  return placed(maker(chip, lane).compact(planes_of(shape, unit), unit), shape, type, offset);
}

GlobalTensor packed_tensor(isa::Family family, isa::DataType type, const Dims& shape, std::uint64_t address) {
  const isa::Unit unit = storage_unit(family, type);
  GlobalTensor tensor;
  tensor.address = address;
  tensor.shape = shape;
  tensor.stride = {shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1};
  tensor.type = type;
  tensor.unit = unit.bytes;
  tensor.batches = unit.batches;
  return tensor;
}

std::int64_t lane_bytes(const LocalTensor& t, const isa::ChipSpec& chip) {
  const isa::Unit unit = unit_of(t);
  return static_cast<std::int64_t>(
      maker(chip, t.lane).strided(planes_of(t.shape, unit), unit, t.stride).bytes_per_lane);
}

bool is_aligned(const LocalTensor& t, const isa::ChipSpec& chip) {
  const isa::Unit unit = unit_of(t);
  return t.offset % chip.tiu.eu_bytes == 0 && lies_as(maker(chip, t.lane).aligned(planes_of(t.shape, unit), unit), t);
}

bool is_compact(const LocalTensor& t, const isa::ChipSpec& chip) {
  const isa::Unit unit = unit_of(t);
  return lies_as(maker(chip, t.lane).compact(planes_of(t.shape, unit), unit), t);
}

LocalTensor part_of(const LocalTensor& tensor, const Dims& begin, const Dims& shape, const isa::ChipSpec& chip) {
  LocalTensor part = tensor;
  const std::int64_t channel = tensor.lane + begin[1];
  part.lane = channel % chip.tiu.lanes;
  part.shape = shape;
  part.offset +=
      tensor.unit * (begin[0] / tensor.batches * tensor.stride[0] + channel / chip.tiu.lanes * tensor.stride[1] +
                     begin[2] * tensor.stride[2] + begin[3] * tensor.stride[3]);
  return part;
}

GlobalTensor part_of(const GlobalTensor& tensor, const Dims& begin, const Dims& shape) {
  GlobalTensor part = tensor;
  part.shape = shape;
  const std::int64_t units = begin[0] / tensor.batches * tensor.stride[0] + begin[1] * tensor.stride[1] +
                             begin[2] * tensor.stride[2] + begin[3] * tensor.stride[3];
  part.address = tensor.address + static_cast<std::uint64_t>(units * tensor.unit);
  return part;
}

LocalTensor reshaped(LocalTensor tensor, const Dims& shape) {
  tensor.shape = shape;
  tensor.stride[2] = shape[3];
  tensor.stride[3] = 1;
  return tensor;
}

LocalTensor as_words(LocalTensor tensor) {
  if (tensor.batches == 1) return tensor;
  tensor.shape[0] = ceil_div(tensor.shape[0], tensor.batches);
  tensor.batches = 1;
  tensor.type = isa::DataType::kI32;
  return tensor;
}

LocalTensor batches_of(LocalTensor tensor, std::int64_t first, std::int64_t step) {
  tensor.offset += first * tensor.stride[0] * tensor.unit;
  tensor.stride[0] *= step;
  tensor.shape[0] = ceil_div(tensor.shape[0] - first, step);
  return tensor;
}

LocalTensor repeated_to(LocalTensor tensor, const Dims& shape) {
  for (std::size_t d = 0; d < 4; ++d)
    if (tensor.shape[d] == 1 && shape[d] > 1) tensor.stride[d] = 0;
  // A single channel is repeated from lane to lane by whoever loads it: every lane holds it.
  tensor.shape = shape;
  return tensor;
}

}  // namespace bmemu::kernels
