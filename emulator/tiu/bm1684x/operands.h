// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X TIU instructions read and write. Dispatched to by emulator/operands.h.
#pragma once

#include <vector>

#include "emulator/operands.h"
#include "isa/bm1684x/tiu.h"
#include "isa/chip_spec.h"

namespace bmemu::emulator {

/// Ends, no-ops and barriers touch no memory.
inline std::vector<OperandView> operands(const isa::bm1684x::SysId&, const isa::ChipSpec&) { return {}; }

}  // namespace bmemu::emulator
