// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The error of an operation whose meaning is not known.
#pragma once

#include "emulator/operand/refusals.h"
#include "isa/encoding/instruction.h"
#include "isa/error.h"

namespace bmemu::emulator {

/// E-FUNCTION-UNKNOWN for an instruction, and why.
Error unknown_function(const isa::Instruction& instruction, Refusal why = Refusal::kOperation);

/// The same for an instruction of any class.
template <class T>
Error unknown_function(const T& typed, Refusal why = Refusal::kOperation) {
  if constexpr (isa::kIsBm1684x<T> && isa::kIsTiu<T>) {
    return unknown_function(isa::Instruction(isa::bm1684x::TiuInstruction(typed)), why);
  } else if constexpr (isa::kIsBm1684x<T>) {
    return unknown_function(isa::Instruction(isa::bm1684x::GdmaInstruction(typed)), why);
  } else if constexpr (isa::kIsTiu<T>) {
    return unknown_function(isa::Instruction(isa::bm1684::TiuInstruction(typed)), why);
  } else {
    return unknown_function(isa::Instruction(isa::bm1684::GdmaInstruction(typed)), why);
  }
}

}  // namespace bmemu::emulator
