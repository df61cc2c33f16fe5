// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which memory a chip address lies in.
#pragma once

#include <cstdint>
#include <string_view>

#include "isa/chip/chip_spec.h"

namespace bmemu::isa {

enum class Space : std::uint8_t { kDdr, kL2, kLocal, kStatic };
std::string_view name(Space space);  ///< "ddr", "l2", "local", "static"

// Source: address map of the GDMA and of the control core, both chips.
inline constexpr std::uint64_t kLocalBase = 0x08000000;
/// BM1684X; inside the local window on BM1684, which has none. See `static_base` for chips with larger lanes.
inline constexpr std::uint64_t kStaticBase = 0x09000000;
inline constexpr std::uint64_t kL2Base = 0x10000000;
inline constexpr std::uint64_t kDdrBase = 0x100000000;
inline constexpr std::uint64_t kAddressEnd = std::uint64_t{1} << 40;

/// Where static memory begins: kStaticBase, or, on a chip whose local memory reaches beyond it, the next multiple of
/// 16 MiB. Assumed: no such chip exists.
std::uint64_t static_base(const ChipSpec& chip);

/// The chip address of a memory's first byte, and how many bytes the memory has (DDR: that can be addressed).
std::uint64_t base_of(Space space, const ChipSpec& chip);
std::uint64_t bytes_of(Space space, const ChipSpec& chip);

struct Place {
  Space space = Space::kDdr;
  std::uint64_t offset = 0;  ///< local, static, L2: from the memory's start; DDR: the chip address itself
};

/// Errors: E-MEMORY-RANGE for an address in no memory.
Place locate(std::uint64_t address, const ChipSpec& chip);

}  // namespace bmemu::isa
