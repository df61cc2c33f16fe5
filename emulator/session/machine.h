// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A chip with its memories, as a host sees it: it owns bytes, and runs whatever command streams lie in them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "emulator/chip/run.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// The streams of one command group in global memory. BM1684X: end commands included.
struct StreamsInMemory {
  std::uint64_t tiu_address = 0;
  std::uint64_t gdma_address = 0;
  std::uint32_t tiu_count = 0;
  std::uint32_t gdma_count = 0;
  std::uint64_t tiu_bytes = 0;
  std::uint64_t gdma_bytes = 0;
};

/// Contract: movable. The memories are made, and the firmware's tables loaded, when they are first wanted: timing needs
/// neither. Several machines may exist at once; their runs must not overlap in a process.
class Machine {
 public:
  explicit Machine(isa::ChipSpec chip, const HostArithmetic& host = {});

  const isa::ChipSpec& chip() const { return chip_; }
  const HostArithmetic& host() const { return host_; }

  memory::ChipMemory& memory();
  bool has_memory() const { return memory_ != nullptr; }
  /// As after power-on: everything that was written is forgotten.
  void reset() { memory_.reset(); }

  /// The initial memory of a program, without copying it: the program must outlive the memory's use.
  /// Errors: E-MEMORY-RANGE (it does not fit the chip).
  void load_image(const isa::Program& program);

  /// A copy of the commands that lie in memory now (see isa/program/device_order.h), as a program without image, inputs
  /// and outputs.
  /// Errors: E-MEMORY-RANGE, those of isa::scan_group.
  isa::Program program_at(const std::vector<StreamsInMemory>& groups, std::string source);

  /// Values in this machine's memory, and times. Errors: those of emulator::run.
  RunEnd run(const isa::Program& program, const std::vector<Listener*>& listeners, HazardCheck hazards,
             const std::vector<ExecutionWatcher*>& watchers = {});
  /// Times alone: touches no memory. The times are those of `run`. Errors: those of emulator::run.
  RunEnd time(const isa::Program& program, const std::vector<Listener*>& listeners, HazardCheck hazards) const;

 private:
  isa::ChipSpec chip_;
  HostArithmetic host_;
  std::unique_ptr<memory::ChipMemory> memory_;
};

}  // namespace bmemu::emulator
