// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/dump.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "emulator/operand/gather.h"
#include "harness/output/output_file.h"
#include "harness/tensor/npy.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;
using emulator::OperandView;
using isa::DataType;

std::string role_name(emulator::Role role) {
  static constexpr std::string_view kNames[] = {"result0", "result1", "operand0", "operand1", "operand2", "operand3"};
  return std::string(kNames[static_cast<std::size_t>(role)]);
}

ArrayType array_type(DataType format) {
  switch (format) {
    case DataType::kI8: return ArrayType::kI8;
    case DataType::kI16: return ArrayType::kI16;
    case DataType::kU16:
    case DataType::kBf16: return ArrayType::kU16;
    case DataType::kI32: return ArrayType::kI32;
    case DataType::kU32: return ArrayType::kU32;
    case DataType::kF16: return ArrayType::kF16;
    case DataType::kF32: return ArrayType::kF32;
    case DataType::kU8:
    case DataType::kI4:
    case DataType::kU4: break;
  }
  return ArrayType::kU8;
}

/// The elements n, c, h, w; of a packed tensor with the batches of each word as a fifth dimension.
Array array_of(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  Array array;
  array.type = array_type(view.format);
  array.shape.assign(view.shape.begin(), view.shape.end());
  const unsigned width = view.packed > 1 ? 4 : bytes_of(array.type);
  if (view.packed > 1) array.shape.push_back(view.packed);
  array.bytes.resize(emulator::element_count(view) * width);
  const auto gather_as = [&](auto element) {
    emulator::gather(view, chip, memory, reinterpret_cast<decltype(element)*>(array.bytes.data()));
  };
  if (width == 4)
    gather_as(std::uint32_t{});
  else if (width == 2)
    gather_as(std::uint16_t{});
  else
    gather_as(std::uint8_t{});
  return array;
}

nlohmann::ordered_json description(const std::string& name, const OperandView& view, const isa::ChipSpec& chip) {
  nlohmann::ordered_json json;
  json["name"] = name;
  json["format"] = isa::name(view.format);
  json["memory"] = isa::name(view.space);
  if (view.space == isa::Space::kLocal) {
    const isa::Lanes lanes(chip);
    json["lane"] = lanes.lane(view.address);
    json["offset"] = lanes.offset(view.address);
  } else {
    json["address"] = view.address;
  }
  json["shape"] = view.shape;
  json["stride_bytes"] = view.stride;
  if (view.packed > 1) json["batches_per_word"] = view.packed;
  if (view.all_lanes) json["all_lanes"] = true;
  return json;
}

}  // namespace

CommandDump::CommandDump(std::string folder, CommandChoice choice, const isa::Program& program,
                         const isa::ChipSpec& chip, std::uint32_t first_group)
    : folder_(std::move(folder)),
      choice_(std::move(choice)),
      program_(&program),
      chip_(&chip),
      layers_(program),
      first_group_(first_group) {}

bool CommandDump::is_chosen(const emulator::ExecutedCommand& command) const {
  const auto& chosen = choice_[command.group][static_cast<std::size_t>(command.engine)];
  return command.index < chosen.size() && chosen[command.index];
}

void CommandDump::add(const std::string& name, const OperandView& view, const memory::ChipMemory& memory) {
  if (isa::bits(view.format) < 8) return;  // no command with 4-bit operands computes
  std::string unique = name;
  for (int i = 2; find_array(arrays_, unique) != nullptr; ++i) unique = fmt::format("{}_{}", name, i);
  arrays_.push_back(array_of(view, *chip_, memory));
  arrays_.back().name = unique;
  descriptions_.push_back(description(unique, view, *chip_));
}

void CommandDump::before(const emulator::ExecutedCommand& command, const memory::ChipMemory& memory) {
  if (!is_chosen(command)) return;
  arrays_.clear();
  descriptions_ = nlohmann::ordered_json::array();
  for (const OperandView& view : emulator::known_operands(*command.instruction, *chip_)) {
    if (view.access != memory::Access::kRead) continue;
    const bool is_result = view.role == emulator::Role::kResult0 || view.role == emulator::Role::kResult1;
    add(role_name(view.role) + (is_result ? "_before" : ""), view, memory);
  }
}

void CommandDump::after(const emulator::ExecutedCommand& command, const memory::ChipMemory& memory) {
  if (!is_chosen(command)) return;
  for (const OperandView& view : emulator::known_operands(*command.instruction, *chip_))
    if (view.access == memory::Access::kWrite) add(role_name(view.role), view, memory);
  const isa::CommandStream& stream = program_->groups[command.group].stream(command.engine);
  const isa::CommandRef& ref = stream.commands[command.index];
  const std::string file = fmt::format("{}_{}_{}.npz", command.group - first_group_, isa::name(command.engine), ref.id);
  if (!arrays_.empty()) {
    OutputFile archive((fs::path(folder_) / file).string());
    write_arrays(file, arrays_, archive.stream());
    archive.commit();
  }
  const std::uint32_t layer = layers_.layer(command.engine, command.group, command.index);
  nlohmann::ordered_json json;
  json["group"] = command.group - first_group_;
  json["engine"] = isa::name(command.engine);
  json["id"] = ref.id;
  json["index"] = command.index;
  json["waits_for"] = ref.dependency;
  json["operation"] = isa::operation_name(*command.instruction);
  json["layer"] = layer == isa::LayerMap::kNone ? "" : program_->layers.names[layer];
  json["command"] = isa::disassemble(*command.instruction);
  json["file"] = arrays_.empty() ? "" : file;
  json["arrays"] = descriptions_;
  list_.push_back(std::move(json));
}

void CommandDump::finish() {
  OutputFile file((fs::path(folder_) / "commands.json").string());
  file.stream() << nlohmann::ordered_json{{"schema", "bmemu.dump/1"}, {"commands", list_}}.dump(2) << "\n";
  file.commit();
}

}  // namespace bmemu::harness
