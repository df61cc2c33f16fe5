// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The ideal cost of any command: what it takes with both engines undisturbed, as the vendor's compiler estimates it.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

/// Cycles of the TIU clock for both engines (the unit of the vendor's estimates).
/// Pure: depends on nothing but its arguments. Formulas: emulator/tiu/*/..._cost.cpp and emulator/gdma/*_cost.cpp.
CostBreakdown ideal_cost(const isa::Instruction& instruction, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
