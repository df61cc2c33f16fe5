// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/cycle_stack.h"

#include <fmt/format.h>

#include "isa/error.h"

namespace bmemu::harness {

void add(emulator::TimeStack& to, const emulator::TimeStack& what) {
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause) to[cause] += what[cause];
}

void EngineTotals::add(const emulator::CommandEvent& event) {
  ++commands;
  busy_ps += event.end_ps - event.begin_ps;
  ideal_cycles += event.ideal_cycles;
  harness::add(stack, event.stack);
}

void CycleStack::on_command(const emulator::CommandEvent& event) {
  totals_[static_cast<std::size_t>(event.engine)].add(event);
}

void CycleStack::on_end(const emulator::RunEnd& end) {
  add(totals_[static_cast<std::size_t>(isa::Engine::kTiu)].stack, end.tiu_tail);
  add(totals_[static_cast<std::size_t>(isa::Engine::kGdma)].stack, end.gdma_tail);
  for (const auto engine : {isa::Engine::kTiu, isa::Engine::kGdma})
    BMEMU_CHECK(emulator::total(of(engine).stack) == end.length_ps,
                fmt::format("the causes of the {} sum to {} ps, the run takes {} ps", name(engine),
                            emulator::total(of(engine).stack), end.length_ps));
}

}  // namespace bmemu::harness
