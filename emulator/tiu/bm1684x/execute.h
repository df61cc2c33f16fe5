// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What BM1684X TIU instructions compute. Dispatched to by emulator/dispatch/execute.h.
#pragma once

#include "emulator/arithmetic/host.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/tiu/tiu.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

void execute(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip, memory::ChipMemory& memory);

void execute(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::RqDq& rqdq, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Sfu& sfu, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Vc& vc, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::TransBc& transbc, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Seg& seg, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Sg& sg, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Sgl& sgl, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host = {});
void execute(const isa::bm1684x::PorD& pord, const isa::ChipSpec& chip, memory::ChipMemory& memory);
void execute(const isa::bm1684x::Mm& mm, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host = {});
void execute(const isa::bm1684x::Mm2& mm2, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host = {});
/// Ends, no-ops and barriers change no data.
inline void execute(const isa::bm1684x::SysId&, const isa::ChipSpec&, memory::ChipMemory&) {}

}  // namespace bmemu::emulator
