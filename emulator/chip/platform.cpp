// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/platform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "emulator/check/hazard.h"
#include "emulator/chip/ideal_replay.h"
#include "emulator/chip/time.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

/// libsystemc's own entry point wants this symbol; bmemu never starts through it.
int sc_main(int, char*[]) { return EXIT_FAILURE; }

namespace bmemu::emulator {
namespace {

Platform* the_platform = nullptr;  // SystemC allows one elaborated hierarchy per process

std::string head_text(const RunContext& context, isa::Engine engine, std::uint32_t done, std::uint32_t waiting_for) {
  const isa::CommandStream& stream = context.stream(engine);
  if (done >= stream.commands.size()) return fmt::format("{}: finished", isa::name(engine));
  return fmt::format("{} {} (id {}) waits for {} id {}", stream.place(done).text(),
                     isa::operation_name(stream.decode(context.program->family, done)), stream.commands[done].id,
                     isa::name(isa::other(engine)), waiting_for);
}

}  // namespace

Platform::Platform(const sc_core::sc_module_name& name)
    : sc_module(name),
      sync_("sync"),
      tiu_feeder_("tiu_feeder", isa::Engine::kTiu, context_, tiu_queue_),
      gdma_feeder_("gdma_feeder", isa::Engine::kGdma, context_, gdma_queue_),
      tiu_("tiu", context_, tiu_queue_, sync_),
      gdma_("gdma", context_, gdma_queue_, sync_),
      interconnect_("interconnect"),
      ddr_("ddr_port", context_),
      l2_("l2", context_),
      local_memory_("local_memory", context_),
      static_memory_("static_memory", context_) {
  if (the_platform != nullptr)
    throw Error({"E-RUN-PLATFORM", "emulator::Platform", "a second one", "one per process",
                 "SystemC elaborates once per process"});
  the_platform = this;
  gdma_.to_interconnect.bind(interconnect_.from_gdma);
  interconnect_.to_ddr.bind(ddr_.socket);
  interconnect_.to_l2.bind(l2_.socket);
  interconnect_.to_local.bind(local_memory_.socket);
  interconnect_.to_static.bind(static_memory_.socket);
}

Platform::~Platform() { the_platform = nullptr; }

Platform& Platform::shared() {
  if (the_platform == nullptr) {
    static std::unique_ptr<Platform> owned;
    owned = std::make_unique<Platform>("chip");
  }
  return *the_platform;
}

void Platform::unwind() {
  context_.stopping = true;
  sync_.changed(isa::Engine::kTiu).notify(sc_core::SC_ZERO_TIME);
  sync_.changed(isa::Engine::kGdma).notify(sc_core::SC_ZERO_TIME);
  for (CommandQueue* queue : {&tiu_queue_, &gdma_queue_}) {
    queue->filled().notify(sc_core::SC_ZERO_TIME);
    queue->freed().notify(sc_core::SC_ZERO_TIME);
  }
  sc_core::sc_start();
}

void Platform::check_hazards() const {
  const HazardCheck check = context_.options->hazards;
  if (check == HazardCheck::kOff) return;
  const std::size_t limit = check == HazardCheck::kError ? 1 : kHazardLimit;
  for (const Hazard& hazard : find_hazards(context_.commands(), context_.program->family, *context_.chip, limit)) {
    if (check == HazardCheck::kError)
      throw Error({"E-RUN-HAZARD", describe(hazard, *context_.program, *context_.chip),
                   hazard.kind == HazardKind::kOverwrite ? "both write" : "one reads what the other writes",
                   "a wait that orders the two commands", "a missing synchronisation between the engines"});
    for (Listener* listener : *context_.listeners) listener->on_hazard(hazard);
  }
}

void Platform::run_group(std::uint32_t group) {
  context_.group = group;
  const isa::CommandGroup& commands = context_.commands();
  check_hazards();
  sync_.reset();
  tiu_queue_.reset(static_cast<std::size_t>(context_.chip->queue.tiu_depth));
  gdma_queue_.reset(static_cast<std::size_t>(context_.chip->queue.gdma_depth));
  for (auto& cycles : context_.ideal_cycles) cycles.clear();
  const bool first = group == 0;
  const sc_core::sc_time delay =
      sc_time_from(first ? picoseconds_from_ns(context_.chip->launch.overhead_us * 1000.0) : 0);
  const Cause lead = first ? Cause::kLaunch : Cause::kSync;  // groups run one after the other
  tiu_feeder_.start(delay);
  gdma_feeder_.start(delay);
  tiu_.start(delay, lead);
  gdma_.start(delay, lead);
  sc_core::sc_start();
  if (context_.failure) {
    unwind();
    std::rethrow_exception(context_.failure);
  }
  if (tiu_.done() < commands.tiu.commands.size() || gdma_.done() < commands.gdma.commands.size()) {
    const Error error({"E-RUN-DEADLOCK", fmt::format("group {}", group),
                       head_text(context_, isa::Engine::kTiu, tiu_.done(), tiu_.waiting_for()) + "; " +
                           head_text(context_, isa::Engine::kGdma, gdma_.done(), gdma_.waiting_for()),
                       "waits that the other engine meets", "the program waits for ever"});
    unwind();
    throw error;
  }
}

RunEnd Platform::run(const isa::Program& program, const isa::ChipSpec& chip, const RunOptions& options,
                     const std::vector<Listener*>& listeners) {
  isa::check_family(chip, program.family, program.source);
  if (!elaborated_) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);  // the processes run to their first wait
    elaborated_ = true;
  }
  context_ = RunContext{};
  context_.program = &program;
  context_.chip = &chip;
  context_.options = &options;
  context_.listeners = &listeners;
  context_.base = sc_core::sc_time_stamp();
  if (chip.ddr.detail == static_cast<std::int64_t>(isa::DdrDetail::kExternal))
    ddr_.use_external();
  else
    ddr_.use(memory::make_ddr_timing(chip));
  l2_.use(memory::make_l2_timing(chip));
  gdma_.use(chip);
  tiu_.reset();
  gdma_.reset();
  for (Listener* listener : listeners)
    listener->on_start({&program, &chip, options.memory == nullptr ? nullptr : &options.host});

  RunEnd end;
  std::int64_t ideal_cycles = 0;
  for (std::uint32_t group = 0; group < program.groups.size(); ++group) {
    run_group(group);
    ideal_cycles += ideal_replay(context_.commands(), context_.ideal_cycles[0], context_.ideal_cycles[1]);
  }
  end.length_ps = context_.now();
  end.ideal_ps = picoseconds_from_cycles(static_cast<double>(ideal_cycles), chip.tiu.clock_mhz);
  end.tiu_tail[static_cast<std::size_t>(Cause::kIdle)] = end.length_ps - tiu_.free_since();
  end.gdma_tail[static_cast<std::size_t>(Cause::kIdle)] = end.length_ps - gdma_.free_since();
  for (Listener* listener : listeners) listener->on_end(end);
  return end;
}

RunEnd run(const isa::Program& program, const isa::ChipSpec& chip, const RunOptions& options,
           const std::vector<Listener*>& listeners) {
  return Platform::shared().run(program, chip, options, listeners);
}

}  // namespace bmemu::emulator
