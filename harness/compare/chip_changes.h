// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Differences of chip descriptions as groups that can be exchanged one by one.
#pragma once

#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

struct ChipGroup {
  std::string change;  ///< "product", "clock", "ddr", "chip_setting"
  std::vector<const isa::Parameter*> parameters;
  std::vector<std::string> text;  ///< "KEY: A -> B" of each
};

/// Parameters that differ and that times depend on. What comes with another product is one group; what was set for one
/// run is grouped by what it is. Contract: chips of one family.
std::vector<ChipGroup> chip_groups(const isa::ChipSpec& a, const isa::ChipSpec& b);

/// `a` with the parameters of the chosen groups as in `b`.
isa::ChipSpec exchange(const isa::ChipSpec& a, const isa::ChipSpec& b, const std::vector<ChipGroup>& groups,
                       unsigned chosen);

}  // namespace bmemu::harness
