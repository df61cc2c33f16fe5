// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/value_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "emulator/arithmetic/half.h"
#include "emulator/operand/gather.h"
#include "harness/measure/layer_index.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/compare.h"
#include "isa/layout/address_map.h"

namespace bmemu::harness {
namespace {

template <class T>
T load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

enum class Trouble : unsigned char { kNone, kNan, kInfinite };

Trouble trouble_of(float value) {
  if (std::isnan(value)) return Trouble::kNan;
  return std::isinf(value) ? Trouble::kInfinite : Trouble::kNone;
}

Trouble float_trouble(isa::DataType type, const std::uint8_t* at) {
  if (type == isa::DataType::kF32) return trouble_of(load<float>(at));
  if (type == isa::DataType::kF16) return trouble_of(emulator::f16_to_f32(load<std::uint16_t>(at)));
  return trouble_of(emulator::bf16_to_f32(load<std::uint16_t>(at)));
}

/// How many of `bytes`' elements are the least of a signed type or the greatest of any.
template <class T>
std::uint64_t saturated(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t found = 0;
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    const T value = load<T>(bytes.data() + at);
    const bool is_least = std::is_signed_v<T> && value == std::numeric_limits<T>::min();
    found += is_least || value == std::numeric_limits<T>::max() ? 1 : 0;
  }
  return found;
}

std::uint64_t saturated(isa::DataType type, const std::vector<std::uint8_t>& bytes) {
  switch (type) {
    case isa::DataType::kI8: return saturated<std::int8_t>(bytes);
    case isa::DataType::kU8: return saturated<std::uint8_t>(bytes);
    case isa::DataType::kI16: return saturated<std::int16_t>(bytes);
    case isa::DataType::kU16: return saturated<std::uint16_t>(bytes);
    default: return 0;
  }
}

void count(isa::DataType type, const std::vector<std::uint8_t>& bytes, bool is_quantised, ValueCounts& counts) {
  const std::size_t width = isa::bits(type) / 8;
  if (width == 0) return;
  counts.elements += bytes.size() / width;
  if (!is_float(type)) {
    if (is_quantised) counts.saturated += saturated(type, bytes);
    return;
  }
  for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
    const Trouble trouble = float_trouble(type, bytes.data() + at);
    counts.nan += trouble == Trouble::kNan ? 1 : 0;
    counts.infinite += trouble == Trouble::kInfinite ? 1 : 0;
  }
}

/// Looks at the operands and results of each command for the first that makes a value that is not finite.
class FirstNotFinite : public emulator::ExecutionWatcher {
 public:
  explicit FirstNotFinite(const isa::ChipSpec& chip) : chip_(chip) {}
  bool found() const { return found_; }

  void before(const emulator::ExecutedCommand& command, const memory::ChipMemory& memory) override {
    operands_are_finite_ = all_finite(*command.instruction, memory, memory::Access::kRead);
  }
  void after(const emulator::ExecutedCommand& command, const memory::ChipMemory& memory) override {
    found_ = operands_are_finite_ && !all_finite(*command.instruction, memory, memory::Access::kWrite);
  }

 private:
  bool all_finite(const isa::Instruction& instruction, const memory::ChipMemory& memory, memory::Access access) const {
    for (const auto& view : emulator::known_operands(instruction, chip_)) {
      if (view.access != access || !is_float(view.format) || view.packed > 1) continue;
      const std::size_t width = isa::bits(view.format) / 8;
      std::vector<std::uint8_t> bytes(emulator::element_count(view) * width);
      emulator::gather_bytes(view, chip_, memory, bytes.data());
      for (std::size_t at = 0; at < bytes.size(); at += width)
        if (float_trouble(view.format, bytes.data() + at) != Trouble::kNone) return false;
    }
    return true;
  }

  const isa::ChipSpec& chip_;
  bool operands_are_finite_ = true;
  bool found_ = false;
};

/// Pages that hold something (weights, the firmware's tables) stay as they are.
void fill(emulator::Session& session, std::uint64_t address, std::uint64_t bytes) {
  // Large as a float, middling as an integer, and no NaN: what enters a sum shows in it.
  constexpr std::uint8_t kFilling = 0x47;
  constexpr std::uint64_t kChunk = 4096;
  const std::vector<std::uint8_t> filling(kChunk, kFilling);
  std::vector<std::uint8_t> old(kChunk);
  for (std::uint64_t at = 0; at < bytes; at += kChunk) {
    const std::uint64_t size = std::min(kChunk, bytes - at);
    session.read(address + at, old.data(), size);
    const auto end = old.begin() + static_cast<std::ptrdiff_t>(size);
    if (std::any_of(old.begin(), end, [](std::uint8_t byte) { return byte != 0; })) continue;
    session.write(address + at, filling.data(), size);
  }
}

}  // namespace

ValueCounts& ValueCounter::of(const std::string& name, const std::string& kind) {
  const auto [entry, is_new] = index_.emplace(name + '\0' + kind, counts_.size());
  if (is_new) counts_.push_back({name, kind});
  return counts_[entry->second];
}

void ValueCounter::add(const isa::LayerResult& result, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const std::string& kind = program_->layers.kinds[result.layer];
  if (kind == "tpu.Load") return;  // repeats what is in global memory
  const isa::LayerTensor& tensor = result.tensor;
  if (!is_float(tensor.type) && !tensor.is_quantised) return;  // nothing to count
  count(tensor.type, emulator::read_layer_tensor(tensor, chip, memory), tensor.is_quantised, of(tensor.name, kind));
}

void ValueCounter::add_outputs(const std::vector<Array>& outputs) {
  for (const Array& output : outputs) {
    const isa::TensorInfo* tensor = isa::find_tensor(program_->outputs, output.name);
    if (tensor != nullptr) count(tensor->type, output.bytes, tensor->scale != 1.0F, of(output.name, "output"));
  }
}

std::vector<ValueCounts> ValueCounter::counts() const {
  std::vector<ValueCounts> result;
  for (const ValueCounts& c : counts_)
    if (c.nan + c.infinite + c.saturated > 0) result.push_back(c);
  return result;
}

bool ValueCounter::has_not_finite() const {
  return std::any_of(counts_.begin(), counts_.end(), [](const ValueCounts& c) { return c.nan + c.infinite > 0; });
}

std::string first_not_finite(const emulator::Session& run, const emulator::HostArithmetic& host,
                             const SetInputs& set_inputs) {
  emulator::Session again(run.program(), run.chip(), {emulator::UninitialisedCheck::kOff, host, run.host_parts()});
  set_inputs(again);
  FirstNotFinite watcher(again.chip());
  again.watch(watcher);
  while (const auto step = again.step()) {
    if (!watcher.found()) continue;
    const isa::Program& program = again.program();
    const isa::CommandStream& stream = program.groups[step->group].stream(step->engine);
    const isa::Instruction instruction = stream.decode(program.family, step->index);
    const std::uint32_t layer = LayerIndex(program).layer(step->engine, step->group, step->index);
    return fmt::format("{} ({} {}){}", stream.place(step->index).text(), isa::encoding_name(instruction),
                       isa::operation_name(instruction),
                       layer == isa::LayerMap::kNone ? "" : " of layer " + program.layers.names[layer]);
  }
  return {};
}

ProbeResult probe_unwritten(const emulator::Session& run, const emulator::HostArithmetic& host,
                            const SetInputs& set_inputs) {
  const isa::Program& program = run.program();
  emulator::Session again(program, run.chip(), {emulator::UninitialisedCheck::kOff, host, run.host_parts()});
  const auto& chip = run.chip();
  fill(again, again.local_address(0, 0),
       static_cast<std::uint64_t>(chip.tiu.lanes) * static_cast<std::uint64_t>(chip.local_memory.lane_bytes));
  fill(again, isa::kL2Base, static_cast<std::uint64_t>(chip.l2.bytes));
  fill(again, program.neuron_address, program.neuron_bytes);
  set_inputs(again);
  again.finish();
  ProbeResult result;
  result.was_done = true;
  const auto before = read_outputs(run);
  const auto after = read_outputs(again);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i].bytes != after[i].bytes) result.different.push_back(before[i].name);
  return result;
}

}  // namespace bmemu::harness
