// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X TIU instructions compute. Dispatched to by emulator/execute.h.
#pragma once

#include "isa/bm1684x/tiu.h"
#include "isa/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// Ends, no-ops and barriers change no data.
inline void execute(const isa::bm1684x::SysId&, const isa::ChipSpec&, memory::ChipMemory&) {}

}  // namespace bmemu::emulator
