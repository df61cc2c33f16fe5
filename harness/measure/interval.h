// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How sure a predicted time is, and whether the program is of the kind that the chip's parameters were fitted on.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "emulator/event/event.h"

namespace bmemu::harness {

inline constexpr double kIntervalProbability = 0.9;

/// What a run is like, as far as errors depend on it.
struct RunLikeness {
  double time_ms = 0;
  double vector_share = 0;  ///< of the TIU's ideal time, in commands that multiply nothing
  double row_share = 0;     ///< of the run, in which the GDMA moves short rows
};

/// The published time of a network that was not fitted lies between `low_ms` and `high_ms` with this probability.
struct TimeInterval {
  std::string type;  ///< "fp32", "fp16", "int8": what most of the convolutions and matrix multiplications compute in
  double low_ms = 0;
  double high_ms = 0;
  std::string unavailable;           ///< why there is no interval; empty = there is one
  std::vector<std::string> outside;  ///< why the program is unlike those fitted; empty = it is like them
};

/// How many times wider, in ln(time), the interval of such a run is than that of runs like those fitted: by half for
/// every share above the largest fitted, and by half for every factor of e that the time is outside of those fitted.
double widening(const RunLikeness& run, const isa::CalibrationSpec& fitted);

/// Looks at the commands of a run. Contract: read `interval` after the run.
class IntervalFinder : public emulator::Listener {
 public:
  void on_start(const emulator::RunStart& start) override;
  void on_command(const emulator::CommandEvent& event) override;
  void on_end(const emulator::RunEnd& end) override;
  const TimeInterval& interval() const { return interval_; }
  const RunLikeness& likeness() const { return likeness_; }

 private:
  const isa::ChipSpec* chip_ = nullptr;
  const isa::Program* program_ = nullptr;
  std::array<std::int64_t, 3> type_cycles_{};    ///< of convolutions and matrix multiplications: fp32, fp16, int8
  std::array<std::int64_t, 3> matrix_cycles_{};  ///< of matrix multiplications
  std::int64_t tiu_cycles_ = 0;
  std::int64_t multiplying_cycles_ = 0;
  emulator::Picoseconds row_ps_ = 0;
  RunLikeness likeness_;
  TimeInterval interval_;
};

}  // namespace bmemu::harness
