// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Every command of a run, kept for the reports that look at the run as a whole.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/event/event.h"
#include "harness/measure/layer_index.h"

namespace bmemu::harness {

struct CommandRecord {
  isa::Engine engine = isa::Engine::kTiu;
  emulator::Blocker blocker = emulator::Blocker::kStart;
  emulator::Direction direction = emulator::Direction::kNone;
  std::uint32_t group = 0;
  std::uint32_t index = 0;
  std::uint32_t id = 0;
  std::uint32_t dependency = 0;
  std::uint32_t layer = isa::LayerMap::kNone;
  std::uint32_t stack_first = 0;  ///< see CommandLog::stack
  std::uint32_t stack_count = 0;
  std::uint32_t operation = 0;  ///< see CommandLog::operation
  std::int64_t ideal_cycles = 0;
  emulator::Picoseconds previous_end_ps = 0;
  emulator::Picoseconds begin_ps = 0;
  emulator::Picoseconds end_ps = 0;
  std::uint64_t bytes = 0;
};

/// Contract: a value once the run is over: it can be copied and refers to nothing outside. Records are in order of
/// completion. Memory: about 120 bytes for a command.
class CommandLog : public emulator::Listener {
 public:
  void on_start(const emulator::RunStart& start) override;
  void on_command(const emulator::CommandEvent& event) override;
  void on_end(const emulator::RunEnd& end) override;

  const std::vector<CommandRecord>& records() const { return records_; }
  std::string_view operation(const CommandRecord& record) const { return operations_[record.operation]; }
  emulator::TimeStack stack(const CommandRecord& record) const;
  emulator::Picoseconds length_ps() const { return length_ps_; }
  /// The record as it was told, without its instruction.
  emulator::CommandEvent event(const CommandRecord& record) const;

  /// Adds a record of a run that was not listened to; `operation`, `stack_first` and `stack_count` are set here.
  void add(CommandRecord record, std::string_view operation, const emulator::TimeStack& stack);
  void finish(emulator::Picoseconds length_ps) { length_ps_ = length_ps; }

 private:
  struct Part {
    emulator::Picoseconds time;
    emulator::Cause cause;
  };
  LayerIndex layers_;  ///< during a run only
  std::vector<std::string> operations_;
  std::map<std::string, std::uint32_t, std::less<>> operation_numbers_;
  std::vector<CommandRecord> records_;
  std::vector<Part> parts_;  ///< the stacks' entries that are not zero
  emulator::Picoseconds length_ps_ = 0;
};

}  // namespace bmemu::harness
