// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What silicon adds to the ideal cost of a command: starts, drains and operands that arrive late.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

/// Cycles of the TIU clock for both engines, before memory: the ideal cost with the mechanisms of ChipSpec::silicon.
/// Contract: pure; with the neutral values of every `silicon` parameter (0, or 1 for ratios) the result is `ideal`, but
/// for what the estimate of BM1684X adds for short rows and few DDR controllers: rows take `dma_row_cycles` here, and
/// the memory knows its controllers.
/// Mechanisms, their evidence and what is unknown: docs/silicon.md.
CostBreakdown silicon_cost(const isa::Instruction& instruction, const CostBreakdown& ideal, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
