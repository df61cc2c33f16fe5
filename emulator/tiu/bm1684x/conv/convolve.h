// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The two kinds of BM1684X convolution.
#pragma once

#include "emulator/arithmetic/host.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/tiu/conv.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::bm1684x {

/// Contract: input and result are floats.
void convolve_floats(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory, const HostArithmetic& host);
/// Contract: input and result are integers. Errors: E-FUNCTION-UNKNOWN for inputs of more than 8 bits.
void convolve_integers(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory, const HostArithmetic& host);

}  // namespace bmemu::emulator::bm1684x
