// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684 DMA commands do.
#pragma once

#include "emulator/gdma/shared/movement.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/gdma.h"

namespace bmemu::emulator::gdma {

/// Errors: E-FUNCTION-UNKNOWN, E-OPERAND-FORMAT, E-OPERAND-RANGE (an address in no memory, or not in the one that the
/// direction names).
Movement movement(const isa::bm1684::Dma& command, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::gdma
