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

unsigned bits(Format format) {
  switch (format) {
    case Format::kI4:
    case Format::kU4: return 4;
    case Format::kI8:
    case Format::kU8: return 8;
    case Format::kI16:
    case Format::kU16:
    case Format::kF16:
    case Format::kBf16: return 16;
    case Format::kI32:
    case Format::kU32:
    case Format::kF32: return 32;
  }
  return 0;
}

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
