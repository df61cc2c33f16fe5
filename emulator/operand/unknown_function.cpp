// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/operand/unknown_function.h"

#include <fmt/format.h>

namespace bmemu::emulator {

Error unknown_function(const isa::Instruction& instruction, Refusal why) {
  return Error({"E-FUNCTION-UNKNOWN",
                fmt::format("{} {}", isa::encoding_name(instruction), isa::operation_name(instruction)),
                isa::disassemble(instruction), "",
                fmt::format("what this command computes is not known: {} ({})", row(why).what, row(why).id)});
}

}  // namespace bmemu::emulator
