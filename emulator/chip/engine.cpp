// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/engine.h"

#include <algorithm>

#include "emulator/chip/process.h"
#include "emulator/chip/time.h"
#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/watch.h"
#include "isa/error.h"

namespace bmemu::emulator {

EngineModule::EngineModule(const sc_core::sc_module_name& name, isa::Engine engine, RunContext& context,
                           CommandQueue& queue, SyncUnit& sync)
    : sc_module(name), context_(context), engine_(engine), queue_(queue), sync_(sync) {
  spawn_process("execute", [this] { run(); });
}

void EngineModule::run() {
  for (;;) {
    wait(start_);
    try {
      run_stream();
    } catch (...) {  // the kernel cannot carry exceptions: Platform::run throws it again
      if (!context_.failure) context_.failure = std::current_exception();
      context_.stopping = true;
    }
  }
}

void EngineModule::run_stream() {
  group_start_ = context_.now();
  const std::size_t count = context_.stream(engine_).commands.size();
  while (done_ < count && !context_.stopping) {
    while (queue_.empty() && !context_.stopping) wait(queue_.filled());
    if (context_.stopping) return;
    run_command(queue_.pop());
  }
}

void EngineModule::run_command(std::uint32_t index) {
  const isa::CommandStream& stream = context_.stream(engine_);
  const isa::CommandRef& command = stream.commands[index];
  const isa::Engine other = isa::other(engine_);
  CommandEvent event;
  event.engine = engine_;
  event.group = context_.group;
  event.index = index;
  event.id = command.id;
  event.dependency = command.dependency;
  event.previous_end_ps = free_since_;
  event.blocker = index == 0 ? Blocker::kStart : Blocker::kSameEngine;

  const Picoseconds fetched = context_.now();
  const Picoseconds wanted = std::max(free_since_, group_start_);
  event.stack[static_cast<std::size_t>(lead_)] += wanted - free_since_;
  if (fetched > wanted) event.blocker = Blocker::kFetch;
  event.stack[static_cast<std::size_t>(Cause::kFetch)] += fetched - wanted;

  waiting_for_ = command.dependency;
  while (sync_.completed(other) < command.dependency && !context_.stopping) wait(sync_.changed(other));
  if (context_.stopping) return;
  waiting_for_ = 0;
  event.begin_ps = context_.now();
  if (event.begin_ps > fetched) event.blocker = Blocker::kOtherEngine;
  event.stack[static_cast<std::size_t>(Cause::kSync)] += event.begin_ps - fetched;

  const isa::Instruction instruction = stream.decode(context_.program->family, index);
  event.instruction = &instruction;
  try {
    execute_command(event);
  } catch (const Error& error) {
    throw error.in(stream.place(index).text());
  }
  event.end_ps = event.previous_end_ps + total(event.stack);
  if (event.end_ps > event.begin_ps) wait(sc_time_from(event.end_ps - event.begin_ps));
  if (context_.stopping) return;

  free_since_ = event.end_ps;
  ++done_;
  context_.tell(event);
  sync_.complete(engine_, command.id);
}

void EngineModule::execute_command(CommandEvent& event) {
  const CostBreakdown ideal = ideal_cost(*event.instruction, *context_.chip);
  event.ideal_cycles = ideal.total();
  context_.ideal_cycles[static_cast<std::size_t>(engine_)].push_back(event.ideal_cycles);
  const RunOptions& options = *context_.options;
  if (options.memory != nullptr)
    execute_watched({engine_, event.group, event.index, event.instruction}, *context_.chip, *options.memory,
                    options.watchers, options.host);
  cost(*event.instruction, ideal, event);
}

}  // namespace bmemu::emulator
