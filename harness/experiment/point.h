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
#include "harness/compile/chip_compiler.h"
#include "harness/measure/point.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// A program that many points share: loaded, decoded in part and checked for missing waits once. Or a model, which is
/// compiled for the chip of each point.
struct SweepProgram {
  std::string name;  ///< file name without folders; a part of results
  std::string network;
  isa::Family family = isa::Family::kBm1684x;  ///< of the program; of a model: of the chip that points start from
  std::uint32_t batch = 1;
  std::uint64_t hash = 0;  ///< of the file, network and stage, or of the model and how it is compiled
  std::shared_ptr<const LoadedProgram> loaded;   ///< null for a model
  std::shared_ptr<const ChipCompiler> compiler;  ///< null for a program

  bool is_retiled() const { return compiler != nullptr; }
  /// Commands alone, with the firmware's copies of inputs and outputs. Errors: those of ChipCompiler::program_for.
  std::shared_ptr<const LoadedProgram> program_for(const isa::ChipSpec& chip) const;
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

/// What a layer of the network cost at a point.
struct LayerNumbers {
  std::string name, kind;                 ///< empty: commands of no layer
  std::int64_t active_ps = 0;             ///< while at least one of its commands ran
  std::int64_t critical_ps = 0;           ///< its part of the critical path: layers and launch sum to the point's time
  std::array<std::int64_t, 2> busy_ps{};  ///< TIU, GDMA
  std::array<std::int64_t, 2> cycles{};   ///< the same in cycles of the engine's clock, rounded
  std::array<std::uint64_t, 4> bytes{};   ///< s2l, l2s, s2s, l2l
};

enum class LayerRows : unsigned char { kOff, kOn };

struct PointResult {
  PointNumbers numbers;
  std::string
      outside;  ///< why the interval is not to be trusted, or is n/a; empty when the point is like those calibrated
  std::string error;                 ///< diagnostic of a point that could not run; empty when it ran
  std::vector<LayerNumbers> layers;  ///< empty unless asked for; the last one holds commands of no layer
};

/// "ok", "does not fit" (the network, into the local memory of the point's chip), "failed".
std::string_view status_of(const PointResult& result);

/// Errors: none of a point: they are in the result.
PointResult evaluate(const isa::Program& program, const isa::ChipSpec& chip, LayerRows layers = LayerRows::kOff);
/// The same of a program that is compiled for the chip where it is a model.
PointResult evaluate(const SweepProgram& program, const isa::ChipSpec& chip, LayerRows layers = LayerRows::kOff);

/// What makes a point what it is, as 32 hexadecimal digits: program, network, stage and every number of the chip.
std::string point_key(const SweepProgram& program, const isa::ChipSpec& chip);

}  // namespace bmemu::harness
