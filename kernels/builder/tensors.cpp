// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/tensors.h"

#include <algorithm>

namespace bmemu::kernels {
namespace {

LocalTensor with_channels(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t channel,
                          StorageUnit unit, std::int64_t offset, std::int64_t lane) {
  LocalTensor tensor;
  tensor.offset = offset;
  tensor.lane = lane;
  tensor.shape = shape;
  tensor.type = type;
  tensor.unit = unit.bytes;
  tensor.batches = unit.batches;
  tensor.stride = {ceil_div(lane + shape[1], chip.tiu.lanes) * channel, channel, shape[3], 1};
  return tensor;
}

bool has_channel_stride(const LocalTensor& t, std::int64_t channel, const isa::ChipSpec& chip) {
  const bool one_row = t.lane + t.shape[1] <= chip.tiu.lanes;
  return (one_row || t.stride[1] == channel) &&
         (ceil_div(t.shape[0], t.batches) == 1 ||
          t.stride[0] == ceil_div(t.lane + t.shape[1], chip.tiu.lanes) * channel) &&
         (t.shape[2] == 1 || t.stride[2] == t.shape[3]) && (t.shape[3] == 1 || t.stride[3] == 1);
}

}  // namespace

std::int64_t element_bytes(isa::DataType type) { return std::max(1U, isa::bits(type) / 8); }

GlobalTensor plain_tensor(std::uint64_t address, const Dims& shape, const Dims& stride, isa::DataType type) {
  GlobalTensor t;
  t.address = address;
  t.shape = shape;
  t.stride = stride;
  t.type = type;
  t.unit = element_bytes(type);
  return t;
}

StorageUnit storage_unit(isa::Family family, isa::DataType type) {
  const std::int64_t bytes = element_bytes(type);
  if (family == isa::Family::kBm1684) return {4, 4 / bytes};
  return {bytes, 1};
}

LocalTensor aligned_tensor(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t offset,
                           std::int64_t lane) {
  const StorageUnit unit = storage_unit(chip.family, type);
  return with_channels(chip, type, shape, align_up(shape[2] * shape[3], chip.tiu.eu_bytes / unit.bytes), unit, offset,
                       lane);
}

LocalTensor compact_tensor(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t offset,
                           std::int64_t lane) {
  return with_channels(chip, type, shape, shape[2] * shape[3], {element_bytes(type), 1}, offset, lane);
}

GlobalTensor packed_tensor(isa::Family family, isa::DataType type, const Dims& shape, std::uint64_t address) {
  const StorageUnit unit = storage_unit(family, type);
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
  const std::int64_t last = (ceil_div(t.shape[0], t.batches) - 1) * t.stride[0] +
                            (ceil_div(t.lane + t.shape[1], chip.tiu.lanes) - 1) * t.stride[1] +
                            (t.shape[2] - 1) * t.stride[2] + (t.shape[3] - 1) * t.stride[3];
  return (last + 1) * t.unit;
}

bool is_aligned(const LocalTensor& t, const isa::ChipSpec& chip) {
  return t.offset % chip.tiu.eu_bytes == 0 &&
         has_channel_stride(t, align_up(t.shape[2] * t.shape[3], chip.tiu.eu_bytes / t.unit), chip);
}

bool is_compact(const LocalTensor& t, const isa::ChipSpec& chip) {
  return has_channel_stride(t, t.shape[2] * t.shape[3], chip);
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

LocalTensor reshaped(const LocalTensor& tensor, const Dims& shape, const isa::ChipSpec& chip) {
  LocalTensor result = tensor;
  result.shape = shape;
  result.stride[2] = shape[3];
  result.stride[3] = 1;
  (void)chip;
  return result;
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
