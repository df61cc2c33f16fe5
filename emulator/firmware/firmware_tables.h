// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The constant tables that the firmware loads before a program may run.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// Writes the tables of the chip's family: BM1684X into static memory, BM1684 into L2. Other bytes stay as they are.
/// Compiled programs read them: series for exp, log, sine ..., tables of conversion.
/// Source: memory maps of the vendor's firmware (places), dump of the functional models after initialisation (values).
/// Errors: E-MEMORY-RANGE when the memory is too small for them.
void load_firmware_tables(const isa::ChipSpec& chip, memory::ChipMemory& memory);

/// A range of chip addresses that the firmware has filled.
struct FirmwareTables {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
};

/// Where commands may read although no program wrote there: what is between two tables counts too.
std::vector<FirmwareTables> firmware_tables(const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
