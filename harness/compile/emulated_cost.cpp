// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/emulated_cost.h"

#include "emulator/chip/run.h"
#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/silicon_cost.h"

namespace bmemu::harness {

std::optional<double> EmulatedCost::command_ns(const isa::Instruction& instruction) const {
  if (checkpoint_) checkpoint_();
  const auto cycles = emulator::silicon_cost(instruction, emulator::ideal_cost(instruction, chip_), chip_).total();
  return double(cycles) * 1e3 / chip_.tiu.clock_mhz;
}

std::optional<double> EmulatedCost::program_ns(const isa::Program& program) const {
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  return double(emulator::run(program, chip_, options, {}).length_ps) / 1e3;
}

}  // namespace bmemu::harness
