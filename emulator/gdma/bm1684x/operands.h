// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X DMA commands read and write.
#pragma once

#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/gdma/gdma.h"

namespace bmemu::emulator {

/// Results and operands of a command, as `operands` of emulator/operand/operands.h. What depends on data is given
/// whole: the table of a gather, the rows that a scatter may write, the longest list that a select may write.
std::vector<OperandView> operands(const isa::bm1684x::DmaTensor& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaMatrix& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaMaskedSelect& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaGeneral& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaCwTranspose& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaNonzero& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaSys& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaGather& command, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::DmaScatter& command, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
