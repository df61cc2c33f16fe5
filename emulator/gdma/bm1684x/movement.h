// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X DMA commands do.
#pragma once

#include "emulator/gdma/shared/movement.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/gdma/gdma.h"

namespace bmemu::emulator::gdma {

/// Errors: E-FUNCTION-UNKNOWN, E-OPERAND-FORMAT, E-MEMORY-RANGE (an address in no memory).
Movement movement(const isa::bm1684x::DmaTensor& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaMatrix& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaMaskedSelect& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaGeneral& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaCwTranspose& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaNonzero& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaSys& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaGather& command, const isa::ChipSpec& chip);
Movement movement(const isa::bm1684x::DmaScatter& command, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::gdma
