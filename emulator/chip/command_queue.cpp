// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/command_queue.h"

#include "emulator/chip/process.h"
#include "emulator/chip/time.h"

namespace bmemu::emulator {

CommandFeeder::CommandFeeder(const sc_core::sc_module_name& name, isa::Engine engine, RunContext& context,
                             CommandQueue& queue)
    : sc_module(name), engine_(engine), context_(context), queue_(queue) {
  spawn_process("feed", [this] { run(); });
}

void CommandFeeder::run() {
  for (;;) {
    wait(start_);
    feed();
  }
}

void CommandFeeder::feed() {
  const auto& commands = context_.stream(engine_).commands;
  const double ns_per_command = context_.chip->queue.fetch_ns;
  const Picoseconds fetch = picoseconds_from_ns(ns_per_command);
  for (std::uint32_t index = 0; index < commands.size(); ++index) {
    while (queue_.full() && !context_.stopping) wait(queue_.freed());
    if (context_.stopping) return;
    if (fetch > 0) wait(sc_time_from(fetch));
    if (context_.stopping) return;
    queue_.push(index);
  }
}

}  // namespace bmemu::emulator
