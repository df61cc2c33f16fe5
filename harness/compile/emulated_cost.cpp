// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/emulated_cost.h"

#include "emulator/chip/run.h"
#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/silicon_cost.h"
#include "harness/measure/listeners/traffic.h"
#include "kernels/io_copies.h"

namespace bmemu::harness {
std::optional<double> EmulatedCost::command_ns(const isa::Instruction& instruction, const isa::ChipSpec& chip) const {
  if (checkpoint_) checkpoint_();
  const auto cycles = emulator::silicon_cost(instruction, emulator::ideal_cost(instruction, chip), chip).total();
  return double(cycles) * 1e3 / chip.tiu.clock_mhz;
}

std::optional<kernels::ProgramCost> EmulatedCost::program_cost(const isa::Program& program,
                                                               const isa::ChipSpec& chip) const {
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  Traffic traffic;
  const auto end = emulator::run(kernels::with_io_copies(program), chip, options, {&traffic});
  return kernels::ProgramCost{double(end.length_ps) / 1e3, double(traffic.system_bytes())};
}

}  // namespace bmemu::harness
