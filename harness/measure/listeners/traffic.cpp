// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/traffic.h"

namespace bmemu::harness {

void Traffic::add(const emulator::CommandEvent& event) {
  if (event.engine != isa::Engine::kGdma) return;
  auto& totals = totals_[static_cast<std::size_t>(event.direction)];
  ++totals.commands;
  totals.bytes += event.bytes;
  totals.busy_ps += event.end_ps - event.begin_ps;
}

std::uint64_t Traffic::system_bytes() const {
  return of(emulator::Direction::kS2L).bytes + of(emulator::Direction::kL2S).bytes +
         2 * of(emulator::Direction::kS2S).bytes;
}

}  // namespace bmemu::harness
