// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/machine.h"

#include <utility>

#include "emulator/firmware/firmware_tables.h"
#include "isa/program/device_order.h"

namespace bmemu::emulator {

Machine::Machine(isa::ChipSpec chip, const HostArithmetic& host) : chip_(std::move(chip)), host_(host) {}

memory::ChipMemory& Machine::memory() {
  if (memory_ == nullptr) {
    auto fresh = std::make_unique<memory::ChipMemory>(chip_);
    load_firmware_tables(chip_, *fresh);
    memory_ = std::move(fresh);
  }
  return *memory_;
}

void Machine::load_image(const isa::Program& program) {
  for (const isa::MemorySegment& segment : program.image) memory().map(segment.address, segment.data);
}

isa::Program Machine::program_at(const std::vector<StreamsInMemory>& groups, std::string source) {
  isa::Program program;
  program.family = chip_.family;
  program.source = std::move(source);
  const auto copied = [&](isa::Engine engine, std::uint64_t address, std::uint64_t size) {
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(size);
    memory().read(address, bytes->data(), size);
    isa::from_device_order(chip_.family, engine, *bytes);
    program.storage.push_back(bytes);
    return isa::ByteView{bytes->data(), size};
  };
  for (const StreamsInMemory& group : groups) {
    const isa::ByteView tiu = copied(isa::Engine::kTiu, group.tiu_address, group.tiu_bytes);
    const isa::ByteView gdma = copied(isa::Engine::kGdma, group.gdma_address, group.gdma_bytes);
    program.groups.push_back(isa::scan_group(chip_.family, static_cast<std::uint32_t>(program.groups.size()), tiu,
                                             group.tiu_count, gdma, group.gdma_count));
  }
  return program;
}

RunEnd Machine::run(const isa::Program& program, const std::vector<Listener*>& listeners, HazardCheck hazards,
                    const std::vector<ExecutionWatcher*>& watchers) {
  RunOptions options;
  options.hazards = hazards;
  options.memory = &memory();
  options.host = host_;
  options.watchers = watchers;
  return emulator::run(program, chip_, options, listeners);
}

RunEnd Machine::time(const isa::Program& program, const std::vector<Listener*>& listeners, HazardCheck hazards) const {
  RunOptions options;
  options.hazards = hazards;
  return emulator::run(program, chip_, options, listeners);
}

}  // namespace bmemu::emulator
