// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/execute.h"

#include "emulator/gdma/bm1684_execute.h"
#include "emulator/gdma/bm1684x_execute.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/unknown_function.h"

namespace bmemu::emulator {

// Not in a namespace without a name: that would hide the overloads of the headers.

/// Chosen for instruction classes that no header above names: overloads for a class come first.
template <class T>
static void execute(const T& typed, const isa::ChipSpec&, memory::ChipMemory&) {
  throw unknown_function(typed);
}

/// Chosen for classes without heavy arithmetic.
template <class T>
static void execute(const T& typed, const isa::ChipSpec& chip, memory::ChipMemory& memory, const HostArithmetic&) {
  execute(typed, chip, memory);
}

void execute(const isa::Instruction& instruction, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  isa::visit_instruction([&](const auto& typed) { execute(typed, chip, memory, host); }, instruction);
}

}  // namespace bmemu::emulator
