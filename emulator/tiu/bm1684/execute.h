// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each BM1684 TIU instruction computes.
#pragma once

#include "emulator/arithmetic/host.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/tiu.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

// Contract: operands are read before results are written, so they may overlap. Errors: those of `operands`, and
// E-FUNCTION-UNKNOWN for operations, formats or lane masks whose meaning no source and no measurement tells.
// Classes without a declaration here are not known at all.
void execute(const isa::bm1684::Conv&, const isa::ChipSpec&, memory::ChipMemory&, const HostArithmetic& host = {});
void execute(const isa::bm1684::PorD&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::Mm&, const isa::ChipSpec&, memory::ChipMemory&, const HostArithmetic& host = {});
void execute(const isa::bm1684::Ar&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::Lut&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::MdScalar&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::MdSfu&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::MdLinear&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::MdCmp&, const isa::ChipSpec&, memory::ChipMemory&);
void execute(const isa::bm1684::Vc&, const isa::ChipSpec&, memory::ChipMemory&);

}  // namespace bmemu::emulator
