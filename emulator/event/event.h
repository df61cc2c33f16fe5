// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the emulator tells: events to listeners, which cannot influence the run. Every report is a listener.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "emulator/arithmetic/host.h"
#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::emulator {

/// Integer picoseconds from the start of the run.
using Picoseconds = std::int64_t;

/// Time by cause; sums exactly to the interval that it describes.
using TimeStack = std::array<Picoseconds, kCauseCount>;
inline Picoseconds total(const TimeStack& stack) {
  Picoseconds sum = 0;
  for (const auto t : stack) sum += t;
  return sum;
}

/// Between which memories a GDMA command moves data. S = DDR, L2 or static memory, L = local memory.
enum class Direction : std::uint8_t { kNone, kS2L, kL2S, kS2S, kL2L };
std::string_view name(Direction direction);  ///< "none", "s2l", "l2s", "s2s", "l2l"

/// What had to finish last before a command could begin.
enum class Blocker : std::uint8_t { kStart, kSameEngine, kOtherEngine, kFetch };

/// One executed command. Pointers are valid during the call only.
struct CommandEvent {
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t group = 0;
  std::uint32_t index = 0;       ///< position in the group's stream, from 0
  std::uint32_t id = 0;          ///< unwrapped
  std::uint32_t dependency = 0;  ///< unwrapped id of the other engine, 0 = none
  const isa::Instruction* instruction = nullptr;
  std::int64_t ideal_cycles = 0;    ///< cycles of the TIU clock
  Picoseconds previous_end_ps = 0;  ///< when the engine became free (start of the run for its first command)
  Picoseconds begin_ps = 0;
  Picoseconds end_ps = 0;
  TimeStack stack{};  ///< from previous_end_ps to end_ps, waits included
  Blocker blocker = Blocker::kStart;
  Direction direction = Direction::kNone;
  std::uint64_t bytes = 0;  ///< GDMA: bytes moved (source side)
};

/// Told once, before the first command.
struct RunStart {
  const isa::Program* program = nullptr;
  const isa::ChipSpec* chip = nullptr;
  const HostArithmetic* arithmetic = nullptr;  ///< how values are computed; null: timing only
};

/// Told once, after the last command.
struct RunEnd {
  Picoseconds length_ps = 0;  ///< launch to completion
  Picoseconds ideal_ps = 0;   ///< dependency replay over the ideal costs alone
  TimeStack tiu_tail{};       ///< from the TIU's last completion to the end of the run
  TimeStack gdma_tail{};
};

struct Hazard;  // emulator/check/hazard.h

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_start(const RunStart&) {}
  /// A missing wait; told before the commands of its group.
  virtual void on_hazard(const Hazard&) {}
  virtual void on_command(const CommandEvent&) {}
  virtual void on_end(const RunEnd&) {}
};

}  // namespace bmemu::emulator
