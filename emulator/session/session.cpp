// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/session.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "emulator/session/machine.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "isa/layout/lanes.h"
#include "isa/program/layer_map.h"

namespace bmemu::emulator {
namespace {

const isa::TensorInfo& tensor_of(const std::vector<isa::TensorInfo>& tensors, std::string_view name, const char* what) {
  if (const isa::TensorInfo* found = isa::find_tensor(tensors, name)) return *found;
  throw Error({"E-TENSOR-NAME", what, std::string(name), isa::names_of(tensors),
               fmt::format("the program has no such {}", what)});
}

}  // namespace

/// A program on a machine. Memory and the order of steps are made when they are first wanted: timing needs neither.
struct Session::State {
  State(isa::Program p, isa::ChipSpec c, const SessionOptions& o)
      : program(std::move(p)), machine(std::move(c), o.host), check(o.uninitialised), host_parts(o.host_parts) {}

  /// The machine's memory with the program's image and inputs.
  memory::ChipMemory& bytes() {
    if (!is_loaded) {
      machine.reset();
      machine.load_image(program);
      if (check != UninitialisedCheck::kOff) reads = std::make_unique<ReadCheck>(program, machine.chip(), check);
      is_loaded = true;
      for (const auto& [address, content] : inputs) write(address, content.data(), content.size());
    }
    return machine.memory();
  }

  void write(std::uint64_t address, const void* from, std::uint64_t count) {
    bytes().write(address, from, count);
    if (reads) reads->written(address, count);
  }

  std::vector<ExecutionWatcher*> all_watchers() const {
    std::vector<ExecutionWatcher*> all;
    if (reads) all.push_back(reads.get());
    all.insert(all.end(), watchers.begin(), watchers.end());
    return all;
  }

  isa::Program program;
  Machine machine;
  UninitialisedCheck check;
  std::vector<HostPart> host_parts;
  std::size_t next_part = 0;  ///< in `host_parts`
  bool is_loaded = false;
  std::vector<ReplayStep> order;
  std::size_t next = 0;  ///< in `order`
  bool has_run = false;  ///< whole, by `run`
  std::unique_ptr<ReadCheck> reads;
  std::vector<ExecutionWatcher*> watchers;
  std::map<std::uint64_t, std::vector<std::uint8_t>> inputs;  ///< by address
};

Session::Session(isa::Program program, isa::ChipSpec chip, const SessionOptions& options) {
  isa::check_family(chip, program.family, program.source);
  state_ = std::make_unique<State>(std::move(program), std::move(chip), options);
}

Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Session Session::open(const std::string& path) {
  isa::Program program = isa::load_program(isa::BModel::open(path));
  program.layers = isa::find_layer_map(path, program).layers;
  isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
  return {std::move(program), std::move(chip)};
}

const isa::Program& Session::program() const { return state_->program; }
const isa::ChipSpec& Session::chip() const { return state_->machine.chip(); }
const std::vector<HostPart>& Session::host_parts() const { return state_->host_parts; }
const memory::ChipMemory& Session::memory() const { return state_->bytes(); }

void Session::set_input(std::string_view name, const void* data, std::uint64_t bytes) {
  const isa::TensorInfo& tensor = tensor_of(state_->program.inputs, name, "input");
  if (bytes != tensor.bytes)
    throw Error({"E-TENSOR-SHAPE", tensor.name, fmt::format("{} bytes", bytes), fmt::format("{} bytes", tensor.bytes),
                 "the input has another size"});
  state_->write(tensor.address, data, bytes);
  const auto* first = static_cast<const std::uint8_t*>(data);
  state_->inputs[tensor.address].assign(first, first + bytes);
}

std::vector<std::uint8_t> Session::output(std::string_view name) const {
  const isa::TensorInfo& tensor = tensor_of(state_->program.outputs, name, "output");
  std::vector<std::uint8_t> bytes(tensor.bytes);
  read(tensor.address, bytes.data(), bytes.size());
  return bytes;
}

RunEnd Session::run(const std::vector<Listener*>& listeners, HazardCheck hazards) {
  if (state_->next != 0 || state_->has_run)
    throw Error({"E-SESSION-STARTED", state_->program.source, state_->has_run ? "a run" : "a step", "restart() first",
                 "a run starts at the program's first command, and some have computed already"});
  state_->bytes();
  if (!state_->host_parts.empty()) {
    const RunEnd end = time(listeners, hazards);
    finish();
    state_->has_run = true;
    return end;
  }
  state_->has_run = true;
  return state_->machine.run(state_->program, listeners, hazards, state_->all_watchers());
}

RunEnd Session::time(const std::vector<Listener*>& listeners, HazardCheck hazards) const {
  return state_->machine.time(state_->program, listeners, hazards);
}

std::optional<ReplayStep> Session::step() {
  if (state_->order.empty()) state_->order = replay_order(state_->program);
  if (state_->has_run) return std::nullopt;
  const bool at_end = state_->next == state_->order.size();
  for (auto& done = state_->next_part; done < state_->host_parts.size(); ++done) {
    const HostPart& part = state_->host_parts[done];
    if (!at_end && part.group > state_->order[state_->next].group) break;
    part.compute(*this);
  }
  if (at_end) return std::nullopt;
  const ReplayStep step = state_->order[state_->next];
  const isa::CommandStream& stream = state_->program.groups[step.group].stream(step.engine);
  const isa::Instruction instruction = stream.decode(state_->program.family, step.index);
  try {
    execute_watched({step.engine, step.group, step.index, &instruction}, chip(), state_->bytes(),
                    state_->all_watchers(), state_->machine.host());
  } catch (const Error& error) {
    throw error.in(stream.place(step.index).text());
  }
  ++state_->next;
  return step;
}

void Session::finish() {
  while (step()) {
  }
}

void Session::restart() {
  state_->machine.reset();
  state_->is_loaded = false;
  state_->reads.reset();
  state_->next = 0;
  state_->next_part = 0;
  state_->has_run = false;
}

void Session::read(std::uint64_t address, void* to, std::uint64_t bytes) const {
  state_->bytes().read(address, to, bytes);
}

void Session::write(std::uint64_t address, const void* from, std::uint64_t bytes) {
  state_->write(address, from, bytes);
}

std::uint64_t Session::local_address(std::uint64_t lane, std::uint64_t offset) const {
  const isa::Lanes lanes(chip());
  if (lane >= lanes.count() || offset >= lanes.lane_bytes())
    throw Error({"E-MEMORY-RANGE", "local memory", fmt::format("lane {} offset 0x{:x}", lane, offset),
                 fmt::format("lanes 0..{}, offsets 0x0..0x{:x}", lanes.count() - 1, lanes.lane_bytes() - 1),
                 "the address lies in no lane"});
  return isa::kLocalBase + lanes.address(lane, offset);
}

void Session::watch(ExecutionWatcher& watcher) { state_->watchers.push_back(&watcher); }

const std::vector<UninitialisedRead>& Session::uninitialised_reads() const {
  static const std::vector<UninitialisedRead> kNone;
  return state_->reads ? state_->reads->reads() : kNone;
}

std::uint64_t Session::uninitialised_count() const { return state_->reads ? state_->reads->count() : 0; }

}  // namespace bmemu::emulator
