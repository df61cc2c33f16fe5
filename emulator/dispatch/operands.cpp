// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/operand/operands.h"

#include "emulator/gdma/bm1684/operands.h"
#include "emulator/gdma/bm1684x/operands.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/operands.h"
#include "emulator/tiu/bm1684x/operands.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

/// Chosen for instruction classes that no header above names: overloads for a class come first.
template <class T>
std::vector<OperandView> operands(const T& typed, const isa::ChipSpec&) {
  throw unknown_function(typed);
}

}  // namespace

std::vector<OperandView> operands(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  return isa::visit_instruction([&](const auto& typed) { return operands(typed, chip); }, instruction);
}

std::vector<OperandView> known_operands(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  try {
    return operands(instruction, chip);
  } catch (const Error& error) {
    if (error.id() != "E-FUNCTION-UNKNOWN") throw;
    return {};
  }
}

}  // namespace bmemu::emulator
