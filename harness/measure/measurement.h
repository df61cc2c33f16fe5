// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One run measured: the listeners that every report needs, and what they found.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/session/session.h"
#include "harness/accuracy/interval.h"
#include "harness/measure/command_log.h"
#include "harness/measure/critical_path.h"
#include "harness/measure/cycle_stack.h"
#include "harness/measure/layer_costs.h"
#include "harness/measure/traffic.h"
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

/// A run in numbers. Plain data: it needs neither the program nor the listeners any more.
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
  std::optional<emulator::HostArithmetic> arithmetic;  ///< how values were computed; none: timing only

  double time_ms() const { return static_cast<double>(length_ps) / 1e9; }
  double per_image_ms() const { return time_ms() / static_cast<double>(batch); }
};

/// Contract: give `listeners()` to one `emulator::run`, then read.
class Measurement : private emulator::Listener {
 public:
  Measurement() = default;
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  std::vector<emulator::Listener*> listeners();
  /// What the session's check of reads found; after the run.
  void add_uninitialised(const emulator::Session& session);
  const RunResult& result() const { return result_; }
  const CommandLog& log() const { return log_; }

 private:
  void on_start(const emulator::RunStart& start) override;
  void on_hazard(const emulator::Hazard& hazard) override;
  void on_end(const emulator::RunEnd& end) override;

  const isa::Program* program_ = nullptr;  ///< during the run only
  CycleStack stack_;
  Traffic traffic_;
  LayerCosts layers_;
  CommandLog log_;
  IntervalFinder interval_;
  RunResult result_;
};

}  // namespace bmemu::harness
