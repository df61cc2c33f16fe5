// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/address_map.h"

#include <fmt/format.h>

#include "isa/error.h"

namespace bmemu::memory {

Place locate(std::uint64_t address, const isa::ChipSpec& chip) {
  const auto inside = [&](std::uint64_t base, std::int64_t bytes) {
    return address >= base && address - base < static_cast<std::uint64_t>(bytes);
  };
  if (address >= kDdrBase && address < kAddressEnd) return {Space::kDdr, address};
  if (inside(kLocalBase, chip.tiu.lanes * chip.local_memory.lane_bytes)) return {Space::kLocal, address - kLocalBase};
  if (inside(kStaticBase, chip.static_memory.bytes)) return {Space::kStatic, address - kStaticBase};
  if (inside(kL2Base, chip.l2.bytes)) return {Space::kL2, address - kL2Base};
  throw Error({"E-MEMORY-RANGE", "chip address", fmt::format("0x{:x}", address),
               fmt::format("local memory from 0x{:x}, static memory from 0x{:x}, L2 from 0x{:x}, DDR 0x{:x}..0x{:x}",
                           kLocalBase, kStaticBase, kL2Base, kDdrBase, kAddressEnd - 1),
               "the address lies in no memory"});
}

}  // namespace bmemu::memory
