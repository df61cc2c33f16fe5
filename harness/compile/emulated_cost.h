// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The compiler's costs by the emulator's rules: plans rest on the costs that a run will count.
#pragma once

#include <utility>

#include "harness/compile/compile_model.h"
#include "isa/chip/chip_spec.h"
#include "kernels/cost_model.h"

namespace bmemu::harness {

/// Contract: `chip` outlives it. A command's cost before memory and before what it waits for. Every command that the
/// compiler weighs passes the checkpoint.
class EmulatedCost : public kernels::CostModel {
 public:
  explicit EmulatedCost(const isa::ChipSpec& chip, Checkpoint checkpoint = {})
      : CostModel(chip), checkpoint_(std::move(checkpoint)) {}
  std::optional<double> command_ns(const isa::Instruction& instruction, const isa::ChipSpec& chip) const override;
  /// With the firmware's copies of inputs and outputs, as `bmemu run` counts it.
  std::optional<kernels::ProgramCost> program_cost(const isa::Program& program,
                                                   const isa::ChipSpec& chip) const override;

 private:
  Checkpoint checkpoint_;
};

}  // namespace bmemu::harness
