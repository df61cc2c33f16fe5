// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a BM1684 GDMA command costs when nothing disturbs it.
// Contract: pure; cycles of the TIU clock; the total is the estimate of the vendor's compiler.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

CostBreakdown cost(const isa::bm1684::Dma& instruction, const isa::ChipSpec& chip);

/// What the command takes on silicon, memory apart: every row takes the engine's shortest time.
CostBreakdown silicon_transfer_cost(const isa::bm1684::Dma& instruction, const CostBreakdown& ideal,
                                    const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
