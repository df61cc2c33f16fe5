// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// AR cast: conversion between number formats.
#pragma once

#include "emulator/tiu/bm1684x/operand_sets.h"
#include "isa/encoding/bm1684x/tiu/ar.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::bm1684x {

/// Converts A to the result's format. Errors: E-FUNCTION-UNKNOWN for a rounding mode that floats do not have.
void convert(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory);

}  // namespace bmemu::emulator::bm1684x
