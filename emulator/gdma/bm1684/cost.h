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

}  // namespace bmemu::emulator
