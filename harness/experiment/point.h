// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One point of a sweep: a program on an effective chip, and what was measured.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/event/event.h"
#include "harness/measure/point.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// A program that many points share: loaded, decoded in part and checked for missing waits once.
struct SweepProgram {
  std::string name;  ///< file name without folders; a part of results
  std::shared_ptr<const LoadedProgram> loaded;
  std::uint64_t hash = 0;  ///< of the file, network and stage

  /// Commands alone, with the firmware's copies of inputs and outputs.
  const isa::Program& program() const { return loaded->with({}); }
};

/// Numbers alone, so that a process can hand it over in shared memory.
struct PointNumbers {
  std::int64_t length_ps = 0;
  std::int64_t ideal_ps = 0;
  std::uint32_t batch = 1;
  double low_ms = 0, high_ms = 0;  ///< 90 % interval; both 0 where there is none
  std::array<std::array<std::int64_t, emulator::kCauseCount>, 2> stack_ps{};  ///< TIU, GDMA: each sums to length_ps
  std::array<std::int64_t, 2> busy_ps{};
  std::array<std::uint64_t, 4> bytes{};  ///< s2l, l2s, s2s, l2l

  double time_ms() const { return double(length_ps) / 1e9; }
  double per_image_ms() const { return time_ms() / double(batch); }
};

struct PointResult {
  PointNumbers numbers;
  std::string
      outside;  ///< why the interval is not to be trusted, or is n/a; empty when the point is like those calibrated
  std::string error;  ///< diagnostic of a point that could not run; empty when it ran
};

/// Errors: none of a point: they are in the result.
PointResult evaluate(const isa::Program& program, const isa::ChipSpec& chip);

/// What makes a point what it is, as 32 hexadecimal digits: program, network, stage and every number of the chip.
std::string point_key(const SweepProgram& program, const isa::ChipSpec& chip);

}  // namespace bmemu::harness
