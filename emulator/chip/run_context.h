// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the modules share during one run: the program, the chip, the listeners and how the run ended.
#pragma once

#include <array>
#include <exception>
#include <systemc>
#include <vector>

#include "emulator/chip/run.h"
#include "emulator/event/event.h"

namespace bmemu::emulator {

/// Contract: set up by Platform::run before the modules are woken; modules only report through it.
struct RunContext {
  const isa::Program* program = nullptr;
  const isa::ChipSpec* chip = nullptr;
  const RunOptions* options = nullptr;
  const std::vector<Listener*>* listeners = nullptr;
  sc_core::sc_time base;                                  ///< simulation time at which the run started
  std::uint32_t group = 0;                                ///< command group that is running
  bool stopping = false;                                  ///< modules leave their loops at the next wake-up
  std::exception_ptr failure;                             ///< first error of a module
  std::array<std::vector<std::int64_t>, 2> ideal_cycles;  ///< of the running group, per engine, in stream order

  Picoseconds now() const { return static_cast<Picoseconds>((sc_core::sc_time_stamp() - base).value()); }
  const isa::CommandGroup& commands() const { return program->groups[group]; }
  const isa::CommandStream& stream(isa::Engine engine) const { return commands().stream(engine); }
  void tell(const CommandEvent& event) const {
    for (Listener* listener : *listeners) listener->on_command(event);
  }
};

}  // namespace bmemu::emulator
