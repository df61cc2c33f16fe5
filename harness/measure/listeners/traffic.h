// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the GDMA moved, by direction.
#pragma once

#include <array>

#include "emulator/event/event.h"

namespace bmemu::harness {

inline constexpr std::size_t kDirectionCount = 5;
inline constexpr std::array<emulator::Direction, 4> kMovingDirections = {
    emulator::Direction::kS2L, emulator::Direction::kL2S, emulator::Direction::kS2S, emulator::Direction::kL2L};

/// Bytes at the side of DDR, L2 and static memory of a command that moved `bytes`: S2S counts twice, L2L not at all.
std::uint64_t system_bytes(emulator::Direction direction, std::uint64_t bytes);

struct DirectionTotals {
  std::uint64_t commands = 0;
  std::uint64_t bytes = 0;
  emulator::Picoseconds busy_ps = 0;
  /// While such commands run; 0 when there are none.
  double gb_per_s() const {
    return busy_ps == 0 ? 0.0 : static_cast<double>(bytes) / static_cast<double>(busy_ps) * 1e3;
  }
};

class Traffic : public emulator::Listener {
 public:
  void on_command(const emulator::CommandEvent& event) override { add(event); }
  void add(const emulator::CommandEvent& event);
  const DirectionTotals& of(emulator::Direction direction) const {
    return totals_[static_cast<std::size_t>(direction)];
  }
  /// Of all commands.
  std::uint64_t system_bytes() const;

 private:
  std::array<DirectionTotals, kDirectionCount> totals_;
};

}  // namespace bmemu::harness
