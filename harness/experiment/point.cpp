// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/point.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cmath>
#include <optional>

#include "emulator/chip/run.h"
#include "harness/measure/interval.h"
#include "harness/measure/listeners/critical_path.h"
#include "harness/measure/listeners/cycle_stack.h"
#include "harness/measure/listeners/layer_costs.h"
#include "harness/measure/listeners/traffic.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::string_view kDoesNotFit = "E-KERNELS-MEMORY";

std::int64_t cycles(emulator::Picoseconds time, double clock_mhz) {
  return std::llround(static_cast<double>(time) * clock_mhz / 1e6);
}

/// Listens for what rows of layers need, which costs several times what a point costs without.
class LayerListeners {
 public:
  std::vector<emulator::Listener*> listeners() { return {&costs_, &log_}; }
  std::vector<LayerNumbers> rows(const isa::ChipSpec& chip) {
    costs_.charge(find_critical_path(log_), log_);
    std::vector<LayerNumbers> rows;
    for (const LayerCost& cost : costs_.layers()) {
      LayerNumbers row;
      row.name = cost.name;
      row.kind = cost.kind;
      row.active_ps = cost.active_ps();
      row.critical_ps = cost.critical_ps;
      row.busy_ps = {cost.tiu.busy_ps, cost.gdma.busy_ps};
      row.cycles = {cycles(cost.tiu.busy_ps, chip.tiu.clock_mhz), cycles(cost.gdma.busy_ps, chip.gdma.clock_mhz)};
      for (std::size_t i = 0; i < kMovingDirections.size(); ++i)
        row.bytes[i] = cost.traffic.of(kMovingDirections[i]).bytes;
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  LayerCosts costs_;
  CommandLog log_;
};

}  // namespace

std::string_view status_of(const PointResult& result) {
  if (result.error.empty()) return "ok";
  return result.error.compare(0, kDoesNotFit.size(), kDoesNotFit) == 0 ? "does not fit" : "failed";
}

std::shared_ptr<const LoadedProgram> SweepProgram::program_for(const isa::ChipSpec& chip) const {
  return compiler ? compiler->program_for(chip) : loaded;
}

PointResult evaluate(const SweepProgram& program, const isa::ChipSpec& chip, LayerRows layers) {
  try {
    return evaluate(program.program_for(chip)->with({}), chip, layers);
  } catch (const Error& error) {
    PointResult failed;
    failed.error = error.what();
    return failed;
  }
}

PointResult evaluate(const isa::Program& program, const isa::ChipSpec& chip, LayerRows layers) {
  PointResult result;
  try {
    isa::check_chip(chip);
    CycleStack stack;
    Traffic traffic;
    IntervalFinder interval;
    emulator::RunOptions options;
    options.hazards = emulator::HazardCheck::kOff;  // checked once for all points
    std::vector<emulator::Listener*> listeners{&stack, &traffic, &interval};
    std::optional<LayerListeners> of_layers;
    if (layers == LayerRows::kOn)
      for (auto* listener : of_layers.emplace().listeners()) listeners.push_back(listener);
    const auto end = emulator::run(program, chip, options, listeners);
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
    if (of_layers) result.layers = of_layers->rows(chip);
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
