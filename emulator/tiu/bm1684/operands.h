// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each BM1684 TIU instruction reads and writes.
#pragma once

#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/tiu.h"

namespace bmemu::emulator {

// Contract: one view per memory operand, in the order results, operands; an operand whose rows end in a narrower column
// (matrices) has one view more; an accumulated result appears as a read, too. Dimensions of stride 0 have size 1 (size
// `lanes` at most for channels), so views describe bytes once.
// Errors: E-OPERAND-RANGE, E-OPERAND-FORMAT; E-FUNCTION-UNKNOWN for classes whose operands no source describes.
std::vector<OperandView> operands(const isa::bm1684::Conv&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::PorD&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Mm&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Ar&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Mm2&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Cc&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Lut&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::MdSum&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::MdScalar&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::MdSfu&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::MdLinear&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Lma&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Decompress&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::MdCmp&, const isa::ChipSpec&);
std::vector<OperandView> operands(const isa::bm1684::Vc&, const isa::ChipSpec&);

}  // namespace bmemu::emulator
