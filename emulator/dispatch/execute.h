// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What commands compute.
#pragma once

#include "emulator/arithmetic/host.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// Computes one command on the memory. Ids and waits are ignored: order is the caller's business.
/// Errors: E-OPERAND-RANGE, E-OPERAND-FORMAT, E-FUNCTION-UNKNOWN (an operation whose meaning is not known).
void execute(const isa::Instruction& instruction, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host = {});

}  // namespace bmemu::emulator
