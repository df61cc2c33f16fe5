// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The performance monitor of a device: records of commands in a buffer of the client.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/event/event.h"
#include "memory/chip_memory.h"
#include "runtime/interface/abi.h"

namespace bmemu::runtime {

/// Contract: records follow each other from the buffer's start; behind the last one stands the mark that ends them.
/// What does not fit is dropped.
class MonitorBuffer {
 public:
  /// Empties the buffer.
  MonitorBuffer(const PerfMonitor& monitor, const isa::ChipSpec& chip, memory::ChipMemory& memory);

  void add(const std::string& record, memory::ChipMemory& memory);

 private:
  void end(memory::ChipMemory& memory);

  std::uint64_t at_;
  std::uint64_t end_;
  std::uint64_t slot_;  ///< bytes from record to record
};

/// The commands of one network as they complete. Give it a run of the network alone: the vendor's tools know nothing of
/// the firmware's copies around it.
class MonitorListener : public emulator::Listener {
 public:
  void on_command(const emulator::CommandEvent& event) override;

  /// The engine's records, with times counted from `start_ps` before the run.
  std::vector<std::string> records(isa::Engine engine, emulator::Picoseconds start_ps, const isa::ChipSpec& chip) const;

 private:
  std::vector<emulator::CommandEvent> events_;  ///< without instructions
};

}  // namespace bmemu::runtime
