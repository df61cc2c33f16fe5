// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/layout/address_map.h"

#include <fmt/format.h>

#include "isa/error.h"

namespace bmemu::isa {

std::string_view name(Space space) {
  switch (space) {
    case Space::kDdr: return "ddr";
    case Space::kL2: return "l2";
    case Space::kLocal: return "local";
    case Space::kStatic: return "static";
  }
  return "?";
}

std::uint64_t static_base(const ChipSpec& chip) {
  constexpr std::uint64_t kStep = kStaticBase - kLocalBase;
  const std::uint64_t local = bytes_of(Space::kLocal, chip);
  if (chip.family == Family::kBm1684 || local <= kStep) return kStaticBase;
  return kLocalBase + (local + kStep - 1) / kStep * kStep;
}

std::uint64_t base_of(Space space, const ChipSpec& chip) {
  switch (space) {
    case Space::kDdr: return kDdrBase;
    case Space::kL2: return kL2Base;
    case Space::kLocal: return kLocalBase;
    case Space::kStatic: return static_base(chip);
  }
  return 0;
}

std::uint64_t bytes_of(Space space, const ChipSpec& chip) {
  switch (space) {
    case Space::kDdr: return kAddressEnd - kDdrBase;
    case Space::kL2: return static_cast<std::uint64_t>(chip.l2.bytes);
    case Space::kLocal: return static_cast<std::uint64_t>(chip.tiu.lanes * chip.local_memory.lane_bytes);
    case Space::kStatic: return static_cast<std::uint64_t>(chip.static_memory.bytes);
  }
  return 0;
}

Place locate(std::uint64_t address, const ChipSpec& chip) {
  if (address >= kDdrBase && address < kAddressEnd) return {Space::kDdr, address};
  for (const Space space : {Space::kLocal, Space::kStatic, Space::kL2})
    if (address >= base_of(space, chip) && address - base_of(space, chip) < bytes_of(space, chip))
      return {space, address - base_of(space, chip)};
  throw Error({"E-MEMORY-RANGE", "chip address", fmt::format("0x{:x}", address),
               fmt::format("local memory from 0x{:x}, static memory from 0x{:x}, L2 from 0x{:x}, DDR 0x{:x}..0x{:x}",
                           kLocalBase, static_base(chip), kL2Base, kDdrBase, kAddressEnd - 1),
               "the address lies in no memory"});
}

}  // namespace bmemu::isa
