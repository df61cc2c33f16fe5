// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/bmrt/network_description.h"

#include <algorithm>
#include <utility>

#include "runtime/interface/launch_message.h"

namespace bmemu::runtime {

std::uint64_t tensor_bytes(const isa::TensorInfo& tensor, std::int32_t mode) {
  return stored_bytes(tensor.shape, tensor.type, static_cast<StorageMode>(mode));
}

Shape shape_of(const isa::TensorInfo& tensor) {
  Shape shape{};
  shape.count = static_cast<std::int32_t>(std::min<std::size_t>(tensor.shape.size(), kMostDimensions));
  for (std::int32_t i = 0; i < shape.count; ++i)
    shape.size[i] = static_cast<std::int32_t>(tensor.shape[static_cast<std::size_t>(i)]);
  return shape;
}

std::uint64_t element_count(const Shape& shape) {
  std::uint64_t count = 1;
  for (std::int32_t i = 0; i < std::clamp(shape.count, 0, kMostDimensions); ++i)
    count *= static_cast<std::uint64_t>(std::max(shape.size[i], 0));
  return count;
}

void NetworkDescription::add_stage(Side& side, const std::vector<isa::TensorInfo>& tensors) {
  const bool is_first = side.shapes.empty();
  std::vector<Shape>& shapes = side.shapes.emplace_back();
  std::vector<Memory>& memories = side.memories.emplace_back();
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const isa::TensorInfo& tensor = tensors[i];
    const std::uint64_t bytes = tensor_bytes(tensor, static_cast<std::int32_t>(tensor.storage_mode));
    if (is_first) {
      side.names.push_back(side.texts.emplace_back(tensor.name).c_str());
      side.types.push_back(static_cast<std::int32_t>(tensor.type));
      side.scales.push_back(tensor.scale);
      side.zero_points.push_back(tensor.zero_point);
      side.devices.push_back(0);
      side.most_bytes.push_back(0);
    }
    if (i < side.most_bytes.size()) side.most_bytes[i] = std::max<std::size_t>(side.most_bytes[i], bytes);
    shapes.push_back(shape_of(tensor));
    Memory memory{};
    memory.dmabuf = -1;
    memory.address = tensor.address;
    memory.size = static_cast<std::uint32_t>(bytes);
    memories.push_back(memory);
  }
}

NetworkDescription::NetworkDescription(std::string name, std::int32_t address_mode,
                                       const std::vector<StageTensors>& stages)
    : name_(std::move(name)) {
  for (const StageTensors& stage : stages) {
    add_stage(inputs_, stage.inputs);
    add_stage(outputs_, stage.outputs);
    stages_.push_back({inputs_.shapes.back().data(), outputs_.shapes.back().data(), inputs_.memories.back().data(),
                       outputs_.memories.back().data()});
    info_.is_dynamic = info_.is_dynamic || stage.is_dynamic;
  }
  info_.name = name_.c_str();
  info_.input_count = static_cast<std::int32_t>(inputs_.names.size());
  info_.input_names = inputs_.names.data();
  info_.input_types = inputs_.types.data();
  info_.input_scales = inputs_.scales.data();
  info_.output_count = static_cast<std::int32_t>(outputs_.names.size());
  info_.output_names = outputs_.names.data();
  info_.output_types = outputs_.types.data();
  info_.output_scales = outputs_.scales.data();
  info_.stage_count = static_cast<std::int32_t>(stages_.size());
  info_.stages = stages_.data();
  info_.most_input_bytes = inputs_.most_bytes.data();
  info_.most_output_bytes = outputs_.most_bytes.data();
  info_.input_zero_points = inputs_.zero_points.data();
  info_.output_zero_points = outputs_.zero_points.data();
  info_.input_devices = inputs_.devices.data();
  info_.output_devices = outputs_.devices.data();
  info_.cores = 1;
  info_.address_mode = address_mode;
}

}  // namespace bmemu::runtime
