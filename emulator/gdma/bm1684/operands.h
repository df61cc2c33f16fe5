// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684 DMA commands read and write.
#pragma once

#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/gdma.h"

namespace bmemu::emulator {

/// Results and operands of a command, as `operands` of emulator/operand/operands.h. What depends on data is given
/// whole: the table of a gather, the rows that a scatter may write, the longest list that a select may write.
std::vector<OperandView> operands(const isa::bm1684::Dma& command, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
