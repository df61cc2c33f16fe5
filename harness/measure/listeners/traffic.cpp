// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/traffic.h"

namespace bmemu::harness {

std::uint64_t system_bytes(emulator::Direction direction, std::uint64_t bytes) {
  switch (direction) {
    case emulator::Direction::kS2L:
    case emulator::Direction::kL2S: return bytes;
    case emulator::Direction::kS2S: return 2 * bytes;
    case emulator::Direction::kL2L:
    case emulator::Direction::kNone: break;
  }
  return 0;
}

void Traffic::add(const emulator::CommandEvent& event) {
  if (event.engine != isa::Engine::kGdma) return;
  auto& totals = totals_[static_cast<std::size_t>(event.direction)];
  ++totals.commands;
  totals.bytes += event.bytes;
  totals.busy_ps += event.end_ps - event.begin_ps;
}

std::uint64_t Traffic::system_bytes() const {
  std::uint64_t sum = 0;
  for (const auto direction : kMovingDirections) sum += harness::system_bytes(direction, of(direction).bytes);
  return sum;
}

}  // namespace bmemu::harness
