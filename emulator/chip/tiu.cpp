// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/tiu.h"

#include "emulator/chip/time.h"
#include "emulator/dispatch/silicon_cost.h"

namespace bmemu::emulator {

void TiuModule::cost(const isa::Instruction& instruction, const CostBreakdown& ideal, CommandEvent& event) {
  add_cycles(event.stack, silicon_cost(instruction, ideal, *context_.chip), context_.chip->tiu.clock_mhz);
}

}  // namespace bmemu::emulator
