// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684 DMA commands do to the memory.
#pragma once

#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/gdma.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// As `execute` of emulator/dispatch/execute.h, for one class.
void execute(const isa::bm1684::Dma& command, const isa::ChipSpec& chip, memory::ChipMemory& memory);

}  // namespace bmemu::emulator
