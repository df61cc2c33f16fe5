// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What silicon adds to the ideal cost of a command: starts, drains and operands that arrive late.
#pragma once

#include "emulator/event/cost.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

/// Cycles of the TIU clock for both engines, before memory: the ideal cost with the mechanisms of ChipSpec::silicon.
/// Contract: pure; with the neutral values of every `silicon` parameter (0, or 1 for ratios) the result is `ideal`.
/// Mechanisms, their evidence and what is unknown: docs/silicon.md.
CostBreakdown silicon_cost(const isa::Instruction& instruction, const CostBreakdown& ideal, const isa::ChipSpec& chip);

/// Mean number of rows of the execution units that one tap of a convolution reads beyond the first, for output rows of
/// `pixels` pixels: a window that does not begin at a row of local memory straddles two.
/// `in_w`: width of the input plane, stored without gaps; `out_w`: of the output; `kernel_w`, `stride_x`, `stride_y`.
double extra_window_rows(std::int64_t pixels, std::int64_t in_w, std::int64_t out_w, std::int64_t kernel_w,
                         std::int64_t stride_x, std::int64_t stride_y);

}  // namespace bmemu::emulator
