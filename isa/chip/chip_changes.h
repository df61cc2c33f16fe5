// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// In what a chip differs from the one that programs are compiled for and times were fitted on.
#pragma once

#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "isa/chip/geometry.h"
#include "isa/program/program.h"

namespace bmemu::isa {

struct ChipChange {
  std::string key;
  double from = 0;
  double to = 0;
  std::string set_by;  ///< "--set", "product SC7-HP75", "file.toml:3"
};

/// The built-in chip of the family, as its default product has it.
const ChipSpec& reference_chip(Family family);
/// "bm1684x, product SE7-32".
std::string chip_title(const ChipSpec& chip);

/// All parameters with another value than the reference chip's, in the order of chip_parameters(); empty for it.
std::vector<ChipChange> chip_changes(const ChipSpec& chip);
/// "ddr.controllers 2 (was 4, --set), ...".
std::string changes_text(const std::vector<ChipChange>& changes);
/// "changed from bm1684x, product SE7-32: ddr.controllers 2 (was 4, --set)"; empty for the reference chip.
std::string changed_from_text(const ChipSpec& chip);

ChipGeometry geometry_of(const ChipSpec& chip);
/// The chip with this geometry; everything else stays.
ChipSpec with_geometry(ChipSpec chip, const ChipGeometry& geometry);
/// The built-in chip of the program's family with the geometry that it is compiled for.
ChipSpec reference_chip(const Program& program);

/// Why a program's values are unknown on a chip, and its times those of an ill-tiled program: the chip has another
/// geometry than the program was compiled for. Empty when it has the same.
std::string geometry_mismatch(const Program& program, const ChipSpec& chip);

}  // namespace bmemu::isa
