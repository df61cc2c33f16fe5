// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X TIU instructions read and write. Dispatched to by emulator/operand/operands.h.
#pragma once

#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/tiu/tiu.h"

namespace bmemu::emulator {

std::vector<OperandView> operands(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::PorD& pord, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Mm& mm, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Mm2& mm2, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Seg& seg, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::RqDq& rqdq, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::TransBc& transbc, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Sg& sg, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Sgl& sgl, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Sfu& sfu, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip);
std::vector<OperandView> operands(const isa::bm1684x::Vc& vc, const isa::ChipSpec& chip);

/// Ends, no-ops and barriers touch no memory.
inline std::vector<OperandView> operands(const isa::bm1684x::SysId&, const isa::ChipSpec&) { return {}; }

}  // namespace bmemu::emulator
