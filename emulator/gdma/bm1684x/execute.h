// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X DMA commands do to the memory.
#pragma once

#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/gdma/gdma.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// As `execute` of emulator/dispatch/execute.h, for one class.
void execute(const isa::bm1684x::DmaTensor& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaMatrix& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaMaskedSelect& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaGeneral& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaCwTranspose& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaNonzero& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaSys& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaGather& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::DmaScatter& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);

}  // namespace bmemu::emulator
