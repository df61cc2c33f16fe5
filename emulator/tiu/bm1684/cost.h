// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each BM1684 TIU instruction costs when nothing disturbs it.
// Contract: pure; cycles of the TIU clock; the total is the estimate of the vendor's compiler.
// Source: every formula was found from the per-command estimates that the compiler (tpu_mlir 1.9) prints, by varying
// one dimension at a time; docs/chip/cost_bm1684.md has the formulas and how many commands each was checked on.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

CostBreakdown cost(const isa::bm1684::Conv& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::PorD& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Mm& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Ar& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Lut& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::MdSum& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::MdScalar& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::MdSfu& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::MdLinear& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::MdCmp& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Mm2& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Cc& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Lma& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Decompress& instruction, const isa::ChipSpec& chip);
CostBreakdown cost(const isa::bm1684::Vc& instruction, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
