// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which memory a chip address lies in.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "memory/pattern.h"

namespace bmemu::memory {

// Source: address map of the GDMA and of the control core, both chips.
inline constexpr std::uint64_t kLocalBase = 0x08000000;
inline constexpr std::uint64_t kStaticBase =
    0x09000000;  ///< BM1684X; inside the local window on BM1684, which has none
inline constexpr std::uint64_t kL2Base = 0x10000000;
inline constexpr std::uint64_t kDdrBase = 0x100000000;
inline constexpr std::uint64_t kAddressEnd = std::uint64_t{1} << 40;

struct Place {
  Space space = Space::kDdr;
  std::uint64_t offset = 0;  ///< local, static, L2: from the memory's start; DDR: the chip address itself
};

/// Errors: E-MEMORY-RANGE for an address in no memory.
Place locate(std::uint64_t address, const isa::ChipSpec& chip);

}  // namespace bmemu::memory
