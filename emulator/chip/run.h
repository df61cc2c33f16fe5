// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs a program on an emulated chip.
#pragma once

#include <vector>

#include "emulator/arithmetic/host.h"
#include "emulator/dispatch/watch.h"
#include "emulator/event/event.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// What to do about missing waits between the engines. Compilers do emit such programs; on a chip they work by luck.
enum class HazardCheck : std::uint8_t {
  kReport,  ///< tell the listeners, at most kHazardLimit per command group, and run on
  kError,   ///< throw E-RUN-HAZARD at the first
  kOff,
};
inline constexpr std::size_t kHazardLimit = 100;

struct RunOptions {
  HazardCheck hazards = HazardCheck::kReport;
  memory::ChipMemory* memory = nullptr;       ///< compute values in this memory; null: timing only, no data is touched
  HostArithmetic host{};                      ///< how values are computed
  std::vector<ExecutionWatcher*> watchers{};  ///< told in this order; none without `memory`
};

/// Runs `program` from launch to completion and tells the listeners, in the given order, about every command in order
/// of completion. May be called any number of times in one process; calls must not overlap. Errors: E-RUN-DEADLOCK
/// (waits that can never be met; names both engines' heads and what they wait for), E-RUN-HAZARD (a missing wait: both
/// commands and the bytes they share), those of the decoders and operands with the command's place.
RunEnd run(const isa::Program& program, const isa::ChipSpec& chip, const RunOptions& options,
           const std::vector<Listener*>& listeners);

}  // namespace bmemu::emulator
