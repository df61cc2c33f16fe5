// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a run is bound by.
#pragma once

#include <string>
#include <vector>

#include "emulator/event/event.h"
#include "harness/measure/measurement.h"

namespace bmemu::harness {

/// A part of the critical path: one cause in all layers of one kind.
struct Bound {
  emulator::Cause cause = emulator::Cause::kArray;
  std::string kind;  ///< of the layers; empty without a layer map
  emulator::Picoseconds time_ps = 0;
};

/// The parts, the longest first; their times sum to the critical path's commands.
std::vector<Bound> bounds(const RunResult& result);

/// "bound by: fill in tpu.Conv2D, 33 % of the run (the pipeline started up or drained); next: ...; what would help:
/// ...". Empty for a run without time.
std::string verdict_text(const RunResult& result);

}  // namespace bmemu::harness
