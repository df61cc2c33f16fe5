// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/watch.h"

#include "emulator/dispatch/execute.h"

namespace bmemu::emulator {

void execute_watched(const ExecutedCommand& command, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                     const std::vector<ExecutionWatcher*>& watchers, const HostArithmetic& host) {
  for (ExecutionWatcher* watcher : watchers) watcher->before(command, memory);
  execute(*command.instruction, chip, memory, host);
  for (ExecutionWatcher* watcher : watchers) watcher->after(command, memory);
}

}  // namespace bmemu::emulator
