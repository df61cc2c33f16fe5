// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The kernel of docs/kernel-tutorial.md: three operations of the TIU on tiles that never leave local memory in between.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::kernels::tutorial {

/// out = max(0.5 * x + y, 0) over f32 tensors "x" and "y" of `rows` x `columns`: a row in a lane, columns in `tiles`.
/// Contract: `rows` at most the chip's lanes, `columns` a multiple of `tiles`.
isa::Program scaled_residual(const isa::ChipSpec& chip, std::int64_t rows, std::int64_t columns, std::int64_t tiles);

}  // namespace bmemu::kernels::tutorial
