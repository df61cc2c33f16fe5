// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One run measured: the listeners that every report needs, and what they found.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "emulator/session/session.h"
#include "harness/measure/network_places.h"
#include "harness/measure/run.h"

namespace bmemu::harness {

/// A missing wait in words.
HazardNote hazard_note(const emulator::Hazard& hazard, const isa::Program& program, const isa::ChipSpec& chip);

/// Contract: give `listeners()` to one `emulator::run`, then read.
class Measurement : private emulator::Listener {
 public:
  Measurement() = default;
  Measurement(const Measurement&) = delete;
  Measurement& operator=(const Measurement&) = delete;

  std::vector<emulator::Listener*> listeners();
  /// What the session's check of reads found; after the run.
  void add_uninitialised(const emulator::Session& session);
  void set_network(Network network) { harness::set_network(run_, std::move(network)); }
  void set_host(std::optional<HostStage> stage) { run_.result.notes.host = std::move(stage); }
  /// What was found besides the run; after it.
  void add_notes(RunNotes notes);
  const Run& run() const { return run_; }
  const RunResult& result() const { return run_.result; }
  const CommandLog& log() const { return run_.log; }
  /// The run as a value of its own; nothing is left here.
  Run take() { return std::move(run_); }

 private:
  void on_start(const emulator::RunStart& start) override;
  void on_hazard(const emulator::Hazard& hazard) override;
  void on_end(const emulator::RunEnd& end) override;

  const isa::Program* program_ = nullptr;  ///< during the run only
  CycleStack stack_;
  Traffic traffic_;
  LayerCosts layers_;
  IntervalFinder interval_;
  WorkCounter work_;
  Run run_;
};

}  // namespace bmemu::harness
