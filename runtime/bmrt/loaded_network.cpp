// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/bmrt/loaded_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "isa/program/device_order.h"
#include "runtime/bmrt/relocation.h"

namespace bmemu::runtime {
namespace {

std::string text_of(const Shape& shape) {
  std::string text;
  for (std::int32_t i = 0; i < std::clamp(shape.count, 0, kMostDimensions); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : "x", shape.size[i]);
  return text;
}

bool is_same(const Shape& a, const Shape& b) {
  return a.count == b.count && std::equal(a.size, a.size + std::clamp(a.count, 0, kMostDimensions), b.size);
}

void append(std::vector<std::uint8_t>& stream, std::vector<std::uint8_t> bytes, isa::Family family,
            isa::Engine engine) {
  isa::to_device_order(family, engine, bytes);
  stream.insert(stream.end(), bytes.begin(), bytes.end());
}

emulator::StreamsInMemory group_at(const isa::CommandGroup& group, std::uint64_t tiu, std::uint64_t gdma) {
  emulator::StreamsInMemory result;
  result.tiu_address = tiu;
  result.gdma_address = gdma;
  result.tiu_count = static_cast<std::uint32_t>(group.tiu.commands.size());
  result.gdma_count = static_cast<std::uint32_t>(group.gdma.commands.size());
  result.tiu_bytes = group.tiu.bytes.size;
  result.gdma_bytes = group.gdma.bytes.size;
  return result;
}

/// n, c, h, w of BM1684's message: what lies behind the fourth dimension is one row.
std::vector<std::uint64_t> four_dimensions(const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> result(4, 1);
  for (std::size_t i = 0; i < shape.size(); ++i) result[std::min<std::size_t>(i, 3)] *= shape[i];
  return result;
}

}  // namespace

std::shared_ptr<DeviceBuffer> LoadedWeights::load(Handle* handle, isa::ByteView bytes) {
  for (const Entry& entry : entries_)
    if (entry.bytes.size == bytes.size && std::memcmp(entry.bytes.data, bytes.data, bytes.size) == 0)
      return entry.buffer;
  auto buffer = std::make_shared<DeviceBuffer>(handle, bytes.size);
  buffer->write(bytes.data, bytes.size);
  entries_.push_back({bytes, buffer});
  return buffer;
}

LoadedNetwork::LoadedNetwork(Handle* handle, const isa::BModel& model, const isa::BModelNetwork& network,
                             LoadedWeights& weights)
    : handle_(handle), family_(model.family()), name_(network.name) {
  std::vector<std::optional<isa::Program>> programs;
  std::uint64_t neuron_bytes = 0;
  for (std::size_t i = 0; i < network.stages.size(); ++i) {
    const isa::BModelStage& source = network.stages[i];
    Stage& stage = stages_.emplace_back();
    stage.tensors = {source.inputs, source.outputs, source.is_dynamic};
    try {
      programs.emplace_back(isa::load_program(model, {network.name, static_cast<std::uint32_t>(i), isa::Parts::kAll}));
      neuron_bytes = std::max(neuron_bytes, source.neuron_bytes);
    } catch (const Error& error) {
      stage.refusal = error;
      programs.emplace_back();
    }
  }
  if (neuron_bytes != 0) neuron_ = DeviceBuffer(handle, neuron_bytes);
  std::vector<StageTensors> tensors;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (programs[i]) load(stages_[i], network.stages[i], *programs[i], weights);
    tensors.push_back(stages_[i].tensors);
  }
  description_ = std::make_unique<NetworkDescription>(name_, network.address_mode, tensors);
}

void LoadedNetwork::load(Stage& stage, const isa::BModelStage& source, const isa::Program& program,
                         LoadedWeights& weights) {
  Relocation place;
  place.neuron_begin = source.neuron_address;
  place.io_begin = source.io_bytes == 0 ? source.neuron_address : source.io_address;
  place.neuron_offset = neuron_.address() - source.neuron_address;
  if (source.coefficients) {
    stage.weights = weights.load(handle_, source.coefficients->data);
    place.weights_offset = stage.weights->address() - source.coefficients->address;
  }
  if (source.io_bytes != 0) {
    stage.io = DeviceBuffer(handle_, source.io_bytes);
    place.io_offset = stage.io.address() - source.io_address;
  }
  std::vector<std::uint8_t> tiu;
  std::vector<std::uint8_t> gdma;
  for (const isa::CommandGroup& group : program.groups) {
    stage.groups.push_back(group_at(group, tiu.size(), gdma.size()));
    append(tiu, {group.tiu.bytes.data, group.tiu.bytes.data + group.tiu.bytes.size}, family_, isa::Engine::kTiu);
    append(gdma, relocated_gdma(family_, group.gdma, place), family_, isa::Engine::kGdma);
  }
  stage.tiu = DeviceBuffer(handle_, tiu);
  stage.gdma = DeviceBuffer(handle_, gdma);
  for (emulator::StreamsInMemory& group : stage.groups) {
    group.tiu_address += stage.tiu.address();
    group.gdma_address += stage.gdma.address();
  }
  for (auto* tensors : {&stage.tensors.inputs, &stage.tensors.outputs})
    for (isa::TensorInfo& tensor : *tensors) tensor.address = place(family_, tensor.address);
}

void LoadedNetwork::refuse(const std::string& found, const std::string& legal, const std::string& sentence) const {
  throw Error({"E-RUNTIME-NETWORK", fmt::format("network \"{:.200}\"", name_), found, legal, sentence});
}

std::optional<std::size_t> LoadedNetwork::stage_for(const Tensor* inputs) const {
  const NetworkInfo& network = info();
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    const Shape* shapes = network.stages[stage].input_shapes;
    bool fits = true;
    for (int i = 0; i < network.input_count; ++i)
      fits = fits && (is_same(inputs[i].shape, shapes[i]) ||
                      (stages_.size() == 1 && element_count(inputs[i].shape) == element_count(shapes[i])));
    if (fits) return stage;
  }
  return std::nullopt;
}

void LoadedNetwork::require_counts(int inputs, int outputs) const {
  if (inputs != info().input_count || outputs != info().output_count)
    refuse(fmt::format("{} inputs and {} outputs", inputs, outputs),
           fmt::format("{} and {}", info().input_count, info().output_count), "another number of tensors");
}

const LoadedNetwork::Stage& LoadedNetwork::stage_of(const Tensor* inputs) const {
  const std::optional<std::size_t> index = stage_for(inputs);
  if (!index) {
    std::string legal;
    for (int stage = 0; stage < info().stage_count; ++stage)
      for (int i = 0; i < info().input_count; ++i)
        legal += fmt::format("{}{}",
                             legal.empty() ? ""
                             : i == 0      ? "; "
                                           : ", ",
                             text_of(info().stages[stage].input_shapes[i]));
    refuse(info().input_count == 0 ? "no input" : text_of(inputs[0].shape), legal, "no stage has these input shapes");
  }
  const Stage& stage = stages_[*index];
  if (stage.refusal) throw Error(*stage.refusal);
  return stage;
}

MessageTensor LoadedNetwork::message_tensor(const isa::TensorInfo& wanted, const Tensor& given,
                                            const char* what) const {
  const std::string name = fmt::format("{} \"{:.200}\"", what, wanted.name);
  const auto mode = static_cast<StorageMode>(given.mode);
  if (mode != StorageMode::k1N && (mode != StorageMode::k4N || family_ != isa::Family::kBm1684))
    refuse(fmt::format("{} in storage mode {}", name, given.mode),
           family_ == isa::Family::kBm1684 ? "0 (1N), 2 (4N)" : "0 (1N)", "a storage mode that is not launched");
  if (wanted.padding_rows != 0)
    refuse(fmt::format("{} with {} rows above and {} below", name, wanted.padding_rows >> 16,
                       wanted.padding_rows & 0xFFFF),
           "no rows of padding", "no program was seen that tells where a runtime has room for them");
  MessageTensor tensor;
  tensor.user = given.memory.address;
  tensor.compiled = wanted.address;
  tensor.type = wanted.type;
  tensor.user_mode = mode;
  tensor.compiled_mode = static_cast<StorageMode>(wanted.storage_mode);
  tensor.shape = four_dimensions(wanted.shape);
  tensor.user_bytes = stored_bytes(tensor.shape, tensor.type, tensor.user_mode);
  tensor.compiled_bytes = stored_bytes(tensor.shape, tensor.type, tensor.compiled_mode);
  if (given.memory.size < tensor.user_bytes)
    refuse(fmt::format("{} with {} bytes of memory", name, given.memory.size),
           fmt::format("at least {}", tensor.user_bytes), "its device memory is too small");
  return tensor;
}

LaunchMessage LoadedNetwork::launch_message(const Tensor* inputs, int input_count, Tensor* outputs, int output_count,
                                            bool has_memory, bool has_modes) const {
  require_counts(input_count, output_count);
  const Stage& stage = stage_of(inputs);
  LaunchMessage message;
  for (int i = 0; i < input_count; ++i) {
    const isa::TensorInfo& wanted = stage.tensors.inputs[static_cast<std::size_t>(i)];
    if (inputs[i].type != static_cast<std::int32_t>(wanted.type))
      refuse(fmt::format("input \"{:.200}\" of type {}", wanted.name, inputs[i].type),
             fmt::format("{} ({})", static_cast<int>(wanted.type), isa::name(wanted.type)), "another element type");
    message.inputs.push_back(message_tensor(wanted, inputs[i], "input"));
  }
  for (int i = 0; i < output_count; ++i) {
    const isa::TensorInfo& wanted = stage.tensors.outputs[static_cast<std::size_t>(i)];
    Tensor& output = outputs[i];
    output.type = static_cast<std::int32_t>(wanted.type);
    output.shape = shape_of(wanted);
    if (!has_modes) output.mode = 0;
    if (!has_memory)
      require_ok(
          bm_malloc_device_byte(handle_, &output.memory, static_cast<std::uint32_t>(tensor_bytes(wanted, output.mode))),
          "bm_malloc_device_byte");
    MessageTensor& tensor = message.outputs.emplace_back(message_tensor(wanted, output, "output"));
    tensor.shape = {tensor.shape[0], tensor.shape[1] * tensor.shape[2] * tensor.shape[3]};
  }
  message.groups = stage.groups;
  return message;
}

}  // namespace bmemu::runtime
