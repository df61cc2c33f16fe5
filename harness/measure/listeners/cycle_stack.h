// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Where the time of each engine went.
#pragma once

#include <array>

#include "emulator/event/event.h"

namespace bmemu::harness {

/// What an engine did in a whole run, or for one layer.
struct EngineTotals {
  std::uint64_t commands = 0;
  emulator::Picoseconds busy_ps = 0;  ///< between begin and end of commands
  std::int64_t ideal_cycles = 0;      ///< of the TIU clock
  emulator::TimeStack stack{};        ///< waits before the commands included

  void add(const emulator::CommandEvent& event);
};

void add(emulator::TimeStack& to, const emulator::TimeStack& what);

/// Contract: after the run, the causes of each engine sum exactly to the run's length.
class CycleStack : public emulator::Listener {
 public:
  void on_command(const emulator::CommandEvent& event) override;
  void on_end(const emulator::RunEnd& end) override;
  const EngineTotals& of(isa::Engine engine) const { return totals_[static_cast<std::size_t>(engine)]; }

 private:
  std::array<EngineTotals, 2> totals_;
};

}  // namespace bmemu::harness
