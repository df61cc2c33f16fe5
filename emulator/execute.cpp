// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/execute.h"

#include "emulator/gdma/bm1684_execute.h"
#include "emulator/gdma/bm1684x_execute.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/unknown_function.h"

namespace bmemu::emulator {
namespace {

/// Chosen for instruction classes that no header above names: overloads for a class come first.
template <class T>
void execute(const T& typed, const isa::ChipSpec&, memory::ChipMemory&) {
  throw unknown_function(typed);
}

}  // namespace

void execute(const isa::Instruction& instruction, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  isa::visit_instruction([&](const auto& typed) { execute(typed, chip, memory); }, instruction);
}

}  // namespace bmemu::emulator
