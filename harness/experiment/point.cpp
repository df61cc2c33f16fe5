// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/point.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "emulator/chip/run.h"
#include "harness/measure/cycle_stack.h"
#include "harness/measure/interval.h"
#include "harness/measure/traffic.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {

PointResult evaluate(const isa::Program& program, const isa::ChipSpec& chip) {
  PointResult result;
  try {
    isa::check_chip(chip);
    CycleStack stack;
    Traffic traffic;
    IntervalFinder interval;
    emulator::RunOptions options;
    options.hazards = emulator::HazardCheck::kOff;  // checked once for all points
    const auto end = emulator::run(program, chip, options, {&stack, &traffic, &interval});
    auto& numbers = result.numbers;
    numbers.length_ps = end.length_ps;
    numbers.ideal_ps = end.ideal_ps;
    numbers.batch = program.batch;
    for (const auto engine : {isa::Engine::kTiu, isa::Engine::kGdma}) {
      const auto i = static_cast<std::size_t>(engine);
      numbers.stack_ps[i] = stack.of(engine).stack;
      numbers.busy_ps[i] = stack.of(engine).busy_ps;
    }
    for (std::size_t i = 0; i < kMovingDirections.size(); ++i)
      numbers.bytes[i] = traffic.of(kMovingDirections[i]).bytes;
    numbers.low_ms = interval.interval().low_ms;
    numbers.high_ms = interval.interval().high_ms;
    result.outside = fmt::format("{}", fmt::join(interval.interval().outside, "; "));
  } catch (const Error& error) {
    result = {};
    result.error = error.what();
  }
  return result;
}

std::string point_key(const SweepProgram& program, const isa::ChipSpec& chip) {
  std::string text = fmt::format("{:016x} {}", program.hash, name(chip.family));
  for (const auto& parameter : isa::chip_parameters())
    text += fmt::format(" {}={}", parameter.key, isa::value(parameter, chip));
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace bmemu::harness
