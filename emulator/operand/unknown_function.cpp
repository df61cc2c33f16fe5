// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/operand/unknown_function.h"

#include <fmt/format.h>

namespace bmemu::emulator {

Error unknown_function(const isa::Instruction& instruction, const std::string& why) {
  return Error({"E-FUNCTION-UNKNOWN",
                fmt::format("{} {}", isa::encoding_name(instruction), isa::operation_name(instruction)),
                isa::disassemble(instruction), "",
                why.empty() ? std::string("what this operation computes is not known") : why});
}

}  // namespace bmemu::emulator
