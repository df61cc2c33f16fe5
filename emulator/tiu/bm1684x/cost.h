// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each BM1684X TIU instruction costs when nothing disturbs it.
// Contract: pure; cycles of the TIU clock; the total is the estimate of the vendor's compiler.
// Source: every formula was found from the per-command estimates that the compiler (tpu_mlir 1.30.2) prints;
// docs/chip/cost_bm1684x.md has the formulas and how many commands each was checked on.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

CostBreakdown cost(const isa::bm1684x::Conv& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::PorD& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Mm& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Mm2& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Ar& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Seg& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::RqDq& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::TransBc& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Sg& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Sgl& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Lar& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Sfu& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Lin& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Cmp& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::Vc& f, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684x::SysId& f, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
