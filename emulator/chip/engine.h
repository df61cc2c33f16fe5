// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the two engines have in common: take a command, wait for the other engine's id, execute, wait for the cost,
// tell.
#pragma once

#include <systemc>

#include "emulator/chip/command_queue.h"
#include "emulator/chip/run_context.h"
#include "emulator/chip/sync_unit.h"

namespace bmemu::emulator {

/// Contract: in order; one command at a time; ideal cycles are recorded per command.
class EngineModule : public sc_core::sc_module {
 public:
  EngineModule(const sc_core::sc_module_name& name, isa::Engine engine, RunContext& context, CommandQueue& queue,
               SyncUnit& sync);

  /// Starts the running group after `delay`. The engine's time until then is booked as `lead` with its first command.
  void start(const sc_core::sc_time& delay, Cause lead) {
    done_ = 0;
    waiting_for_ = 0;
    lead_ = lead;
    start_.notify(delay);
  }
  /// Forgets earlier runs.
  void reset() { free_since_ = 0; }
  /// Commands completed in the running group.
  std::uint32_t done() const { return done_; }
  /// Unwrapped id of the other engine that the head command waits for; 0 when it waits for nothing.
  std::uint32_t waiting_for() const { return waiting_for_; }
  /// Since when the engine has had nothing to do.
  Picoseconds free_since() const { return free_since_; }

 protected:
  /// Adds what executing `instruction` costs, from now on, to `event.stack`, and fills what the engine knows of the
  /// command.
  virtual void cost(const isa::Instruction& instruction, const CostBreakdown& ideal, CommandEvent& event) = 0;

  RunContext& context_;

 private:
  void run();
  void run_stream();
  void run_command(std::uint32_t index);
  /// Values, and cost into `event`.
  void execute_command(CommandEvent& event);

  const isa::Engine engine_;
  CommandQueue& queue_;
  SyncUnit& sync_;
  sc_core::sc_event start_;
  std::uint32_t done_ = 0;
  std::uint32_t waiting_for_ = 0;
  Picoseconds free_since_ = 0;
  Picoseconds group_start_ = 0;
  Cause lead_ = Cause::kLaunch;
};

}  // namespace bmemu::emulator
