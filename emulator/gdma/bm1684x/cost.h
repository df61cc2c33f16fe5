// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each BM1684X GDMA instruction costs when nothing disturbs it.
// Contract: pure; cycles of the TIU clock; the total is the estimate of the vendor's compiler.
// Source: every formula was found from the per-command estimates that the compiler (tpu_mlir 1.30.2) prints;
// docs/chip/cost_bm1684x.md has the formulas and how many commands each was checked on.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

CostBreakdown cost(const isa::bm1684x::DmaTensor& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaMatrix& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaMaskedSelect& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaGeneral& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaCwTranspose& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaNonzero& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaSys& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaGather& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::DmaScatter& f, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
