// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/tiu.h"

#include "emulator/chip/time.h"

namespace bmemu::emulator {

void TiuModule::cost(const isa::Instruction&, const CostBreakdown& ideal, CommandEvent& event) {
  add_cycles(event.stack, ideal, context_.chip->tiu.clock_mhz);
}

}  // namespace bmemu::emulator
