// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// DMA work that depends on data: gather, scatter, masked select, nonzero.
#pragma once

#include "emulator/gdma/shared/movement.h"
#include "emulator/gdma/shared/window.h"

namespace bmemu::emulator::gdma {

/// Rows h of the result, chosen by the index of the same (c, h); an index beyond the source gives the constant.
void gather(const Movement& movement, const isa::ChipSpec& chip, Window& window);

/// Rows h of the source go to the row that the index of the same (c, h) names, in order of h; an index beyond the
/// result writes nothing.
void scatter(const Movement& movement, const isa::ChipSpec& chip, Window& window);

/// Observed (functional model): an f32 element counts as zero when its value is (also -0); of other formats, 16-bit
/// floats included, when all bits are 0.
void select(const Movement& movement, const isa::ChipSpec& chip, Window& window);
void nonzero(const Movement& movement, const isa::ChipSpec& chip, Window& window);

}  // namespace bmemu::emulator::gdma
