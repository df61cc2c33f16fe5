// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The chain of commands that decided how long a run took.
#pragma once

#include <vector>

#include "harness/measure/listeners/command_log.h"

namespace bmemu::harness {

/// A piece of the path: the time from the end of what the command had waited for to its own end.
struct PathStep {
  std::uint32_t record = 0;  ///< index into CommandLog::records
  emulator::Picoseconds begin_ps = 0;
  emulator::Picoseconds end_ps = 0;
  emulator::TimeStack stack{};  ///< sums to end - begin
};

/// Contract: steps are in order of time, each begins where the one before ended; together with `tail` they sum exactly
/// to the run's length.
struct CriticalPath {
  std::vector<PathStep> steps;
  emulator::TimeStack tail{};  ///< after the last command
  emulator::TimeStack by_cause{};
  emulator::Picoseconds tiu_ps = 0;
  emulator::Picoseconds gdma_ps = 0;
  std::uint64_t engine_changes = 0;
};

/// Walks back from the command that completed last: a command that waited for the other engine leads to the command
/// it waited for, any other to the one before it on its engine; the first of a group to what ended the group before.
CriticalPath find_critical_path(const CommandLog& log);

}  // namespace bmemu::harness
