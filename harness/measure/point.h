// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a run depends on, as a value, and the run of it. Sweeps, comparisons and claims measure points.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/run.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// What the host's side adds to a run.
struct HostModel {
  bool io_copies = true;  ///< the firmware's copies of inputs and outputs (kernels/io_copies.h)
};

/// A program that is loaded once and timed as often as wanted. Its weights are dropped: they have no influence on time.
/// Contract: immutable; may be shared by points.
class LoadedProgram {
 public:
  explicit LoadedProgram(const isa::Program& program);

  /// First network and stage of a BModel, with the layer map beside it.
  /// Errors: those of isa::BModel::open and isa::load_program.
  static std::shared_ptr<const LoadedProgram> open(const std::string& path);

  /// The same without the layer map, where only times are wanted.
  static std::shared_ptr<const LoadedProgram> open_commands(const std::string& path);

  /// The program as it runs with this host.
  const isa::Program& with(const HostModel& host) const;

  /// Missing waits between the engines on the program's own chip, with this host; found once.
  const std::vector<HazardNote>& hazards(const HostModel& host) const;

 private:
  isa::Program plain_;
  isa::Program copied_;
  mutable std::array<std::optional<std::vector<HazardNote>>, 2> hazards_;
  mutable std::mutex mutex_;
};

/// Contract: plain data; the program is shared.
struct Point {
  std::shared_ptr<const LoadedProgram> program;
  isa::ChipSpec chip;
  HostModel host;
};

/// Times the point, as often as wanted in one process; calls must not overlap. `also`: told what the run tells its own
/// listeners. Errors: those of emulator::run.
Run measure(const Point& point, const std::vector<emulator::Listener*>& also = {});

/// The run's length alone: what a sweep wants of most of its points. About a millisecond for 1500 commands.
emulator::Picoseconds measure_length(const Point& point);

}  // namespace bmemu::harness
