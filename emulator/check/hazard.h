// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Finds missing waits: two commands of different engines that touch the same bytes, one of them writing, in no fixed
// order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "memory/pattern.h"

namespace bmemu::emulator {

enum class HazardKind : std::uint8_t {
  kReadInFlight,  ///< one engine reads what the other may still be writing
  kOverwrite,     ///< one engine overwrites what the other may still read or write
};

struct Hazard {
  std::uint32_t group = 0;
  std::uint32_t tiu_index = 0;
  std::uint32_t gdma_index = 0;
  HazardKind kind = HazardKind::kReadInFlight;
  isa::Space space = isa::Space::kLocal;
  std::uint64_t first_shared_byte = 0;  ///< local: lane * lane_bytes + offset; others: chip address
};

/// At most `limit` hazards of a group, in TIU order, one per pair of commands; found from ids alone: whether the timing
/// happens to be lucky plays no role. A TIU command and a GDMA command are ordered when one waits, itself or through an
/// earlier command of its engine, for the other.
std::vector<Hazard> find_hazards(const isa::CommandGroup& group, isa::Family family, const isa::ChipSpec& chip,
                                 std::size_t limit);

/// Both commands, the kind and the place, for people.
std::string describe(const Hazard& hazard, const isa::Program& program, const isa::ChipSpec& chip);

/// Whether two patterns of one memory share a byte; if so, the address of one.
std::optional<std::uint64_t> shared_byte(const memory::Pattern& a, const memory::Pattern& b);

}  // namespace bmemu::emulator
