// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Watchers of values: told before and after a command computes. Listeners (emulator/event/event.h) hear when it
// completes.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// A command that computes. The pointer is valid during the call only.
struct ExecutedCommand {
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t group = 0;
  std::uint32_t index = 0;  ///< position in the group's stream, from 0
  const isa::Instruction* instruction = nullptr;
};

/// Contract: commands of one engine come in the order of the stream; those of the two engines in an order that respects
/// every wait. `before` sees the operands, `after` the results. What a watcher throws ends the run.
class ExecutionWatcher {
 public:
  virtual ~ExecutionWatcher() = default;
  virtual void before(const ExecutedCommand&, const memory::ChipMemory&) {}
  virtual void after(const ExecutedCommand&, const memory::ChipMemory&) {}
};

/// Computes one command and tells the watchers. Errors: those of `execute`.
void execute_watched(const ExecutedCommand& command, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                     const std::vector<ExecutionWatcher*>& watchers, const HostArithmetic& host);

}  // namespace bmemu::emulator
