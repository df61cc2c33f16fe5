// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X TIU instructions take beyond their ideal cost and the start that every command has. Each stands beside
// the ideal cost of its instruction; of the others, divisions, series and table look-ups take `special_ratio`
// of it (emulator/dispatch/silicon_cost.cpp). Contract: pure; neutral values of the `silicon` parameters add nothing.
#pragma once

#include "emulator/event/cost.h"
#include "emulator/event/cost_parts.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

void add_silicon(CostParts& parts, const isa::bm1684x::Conv& f, const CostBreakdown& ideal, const isa::ChipSpec& chip);
void add_silicon(CostParts& parts, const isa::bm1684x::Mm& f, const CostBreakdown& ideal, const isa::ChipSpec& chip);
void add_silicon(CostParts& parts, const isa::bm1684x::Mm2& f, const CostBreakdown& ideal, const isa::ChipSpec& chip);

/// Mean number of rows of the execution units that one tap of a convolution reads beyond the first, for output rows of
/// `pixels` pixels: a window that does not begin at a row of local memory straddles two.
/// `in_w`: width of the input plane, stored without gaps; `out_w`: of the output; `kernel_w`, `stride_x`, `stride_y`.
double extra_window_rows(std::int64_t pixels, std::int64_t in_w, std::int64_t out_w, std::int64_t kernel_w,
                         std::int64_t stride_x, std::int64_t stride_y);

}  // namespace bmemu::emulator
