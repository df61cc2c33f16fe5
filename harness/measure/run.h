// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run as a value: what it took, and every command of it. Plain data, which outlives the program and can be saved
// (harness/report/saved/saved_run.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "harness/measure/interval.h"
#include "harness/measure/listeners/command_log.h"
#include "harness/measure/listeners/critical_path.h"
#include "harness/measure/listeners/cycle_stack.h"
#include "harness/measure/listeners/layer_costs.h"
#include "harness/measure/listeners/traffic.h"
#include "harness/measure/listeners/work.h"
#include "harness/measure/network.h"
#include "harness/measure/run_notes.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// A missing wait between the engines, for people and files.
struct HazardNote {
  std::string kind;   ///< "both write" or "one reads what the other writes"
  std::string where;  ///< both commands and the first byte that they share
};

/// Reads of bytes that nobody had written, for people and files.
struct UninitialisedNotes {
  std::vector<std::string> where;  ///< command, bytes and addresses; at most emulator::kUninitialisedLimit
  std::uint64_t count = 0;         ///< of all such operands
};

/// A run in numbers.
struct RunResult {
  std::string program;  ///< file name without folders
  std::string network;
  std::uint32_t stage = 0;
  std::uint32_t batch = 1;
  isa::ChipSpec chip;
  emulator::Picoseconds length_ps = 0;
  emulator::Picoseconds ideal_ps = 0;
  EngineTotals tiu;
  EngineTotals gdma;
  Traffic traffic;
  std::vector<LayerCost> layers;  ///< in order of the layer map; the last one holds commands of no layer
  CriticalPath path;
  std::vector<HazardNote> hazards;   ///< at most emulator::kHazardLimit per command group
  UninitialisedNotes uninitialised;  ///< empty for a run without values
  TimeInterval interval;
  Work work;
  RunNotes notes;
  std::optional<emulator::HostArithmetic> arithmetic;  ///< how values were computed; none: timing only

  double time_ms() const { return static_cast<double>(length_ps) / 1e9; }
  double per_image_ms() const { return time_ms() / static_cast<double>(batch); }
};

/// Contract: `result.layers[record.layer]` is the layer of a record of `log`, the last entry for those of no layer;
/// `result.path` counts the records of `log`.
struct Run {
  RunResult result;
  CommandLog log;
  Network network;  ///< empty where nobody asked for it
};

}  // namespace bmemu::harness
