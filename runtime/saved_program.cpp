// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/saved_program.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <optional>

#include "emulator/operand/operands.h"

namespace bmemu::runtime {
namespace {

/// Buffers by address, and whether something writes into them.
class Reached {
 public:
  explicit Reached(const Allocator& allocator) : allocator_(allocator) {}

  void add(std::uint64_t first, std::uint64_t last, memory::Access access) {
    for (std::uint64_t at = first; at <= last;) {
      const std::optional<Range> buffer = allocator_.holding(at, 1);
      if (!buffer) return;
      Buffer& found = buffers_[buffer->address];
      found.size = buffer->size;
      found.is_written = found.is_written || access == memory::Access::kWrite;
      at = buffer->address + buffer->size;
    }
  }

  void add(const memory::Pattern& pattern, memory::Access access) {
    std::uint64_t low = pattern.base;
    std::uint64_t high = pattern.base + pattern.run_bytes;
    for (std::size_t k = 0; k < pattern.count.size(); ++k) {
      const std::int64_t reach = pattern.stride[k] * (std::int64_t{pattern.count[k]} - 1);
      (reach < 0 ? low : high) += static_cast<std::uint64_t>(reach);
    }
    if (pattern.run_bytes != 0) add(low, high - 1, access);
  }

  struct Buffer {
    std::uint64_t size = 0;
    bool is_written = false;
  };
  const std::map<std::uint64_t, Buffer>& buffers() const { return buffers_; }

 private:
  const Allocator& allocator_;
  std::map<std::uint64_t, Buffer> buffers_;
};

void add_commands(const isa::CommandStream& stream, const isa::ChipSpec& chip, Reached& reached) {
  for (std::size_t i = 0; i < stream.commands.size(); ++i)
    for (const emulator::OperandView& view : emulator::known_operands(stream.decode(chip.family, i), chip))
      if (view.space == isa::Space::kDdr)
        for (const memory::Pattern& pattern : emulator::patterns(view, chip)) reached.add(pattern, view.access);
}

isa::TensorInfo tensor_info(const MessageTensor& tensor, std::string name) {
  isa::TensorInfo info;
  info.name = std::move(name);
  info.type = tensor.type;
  info.shape = tensor.shape;
  info.address = tensor.compiled;
  info.bytes = tensor.compiled_bytes;
  info.storage_mode = static_cast<std::uint32_t>(tensor.compiled_mode);
  if (info.shape.size() == 4) info.shape[2] += tensor.padding.top + tensor.padding.bottom;
  return info;
}

std::string name_of(const isa::Program& program) {
  XXH64_state_t* const state = XXH64_createState();
  XXH64_reset(state, 0);
  for (const isa::CommandGroup& group : program.groups)
    for (const isa::CommandStream* stream : {&group.tiu, &group.gdma})
      XXH64_update(state, stream->bytes.data, stream->bytes.size);
  const std::uint64_t digest = XXH64_digest(state);
  XXH64_freeState(state);
  return fmt::format("network-{:016x}", digest);
}

}  // namespace

isa::Program saved_program(const Network& network, const LaunchMessage& message, const memory::ChipMemory& memory,
                           const Allocator& allocator, const isa::ChipSpec& chip) {
  isa::Program program = network.program;
  program.network = name_of(program);
  Reached reached(allocator);
  bool is_copied = false;
  for (const auto* tensors : {&message.inputs, &message.outputs})
    for (const MessageTensor& tensor : *tensors) {
      auto& list = tensors == &message.inputs ? program.inputs : program.outputs;
      const char* kind = tensors == &message.inputs ? "input" : "output";
      list.push_back(tensor_info(tensor, fmt::format("{}{}", kind, list.size())));
      is_copied = is_copied || tensor.is_copied();
      if (tensor.compiled_bytes != 0)
        reached.add(tensor.compiled, tensor.compiled + tensor.compiled_bytes - 1, memory::Access::kWrite);
    }
  program.io_in_neuron_memory = is_copied;
  if (!program.inputs.empty() && !program.inputs.front().shape.empty())
    program.batch =
        static_cast<std::uint32_t>(program.family == isa::Family::kBm1684 ? program.inputs.front().shape.front() : 1);
  for (const isa::CommandGroup& group : program.groups) {
    add_commands(group.tiu, chip, reached);
    add_commands(group.gdma, chip, reached);
  }
  std::uint64_t neuron_end = 0;
  for (const auto& [address, buffer] : reached.buffers()) {
    if (buffer.is_written) {
      if (neuron_end == 0) program.neuron_address = address;
      neuron_end = address + buffer.size;
      continue;
    }
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(buffer.size);
    memory.read(address, bytes->data(), bytes->size());
    program.image.push_back({address, {bytes->data(), bytes->size()}});
    program.storage.push_back(bytes);
  }
  program.neuron_bytes = neuron_end == 0 ? 0 : neuron_end - program.neuron_address;
  return program;
}

}  // namespace bmemu::runtime
