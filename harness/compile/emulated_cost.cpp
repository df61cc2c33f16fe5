// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/emulated_cost.h"

#include "emulator/chip/run.h"
#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/silicon_cost.h"

namespace bmemu::harness {
namespace {

class Traffic : public emulator::Listener {
 public:
  void on_command(const emulator::CommandEvent& event) override {
    if (event.direction == emulator::Direction::kS2L || event.direction == emulator::Direction::kL2S)
      bytes += event.bytes;
    if (event.direction == emulator::Direction::kS2S) bytes += 2 * event.bytes;
  }
  std::uint64_t bytes = 0;
};

}  // namespace

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
  const auto end = emulator::run(program, chip, options, {&traffic});
  return kernels::ProgramCost{double(end.length_ps) / 1e3, double(traffic.bytes)};
}

}  // namespace bmemu::harness
