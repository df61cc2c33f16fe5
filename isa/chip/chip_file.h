// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Loads chip descriptions: the built-in chips and products, variants of them in files, single settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa/chip/chip_spec.h"

namespace bmemu::isa {

/// A board or box: a chip plus the parameters that differ on it.
struct Product {
  std::string name;  ///< "SE7-32"
  std::string chip;  ///< "bm1684x"
  int chips = 1;     ///< that it carries; every parameter is per chip
  bool is_default = false;
  std::string summary;
};

/// Names of the built-in chips, in alphabetical order.
std::vector<std::string> chip_names();

/// The built-in products, in file order.
std::vector<Product> products();

/// The description of a chip.
/// `chip`: a built-in name, or the path of a TOML file; empty takes the chip of `product`.
/// `product`: empty takes the default product of a built-in chip; a file that describes a chip without a base has none.
/// Later wins: the chip at the root, the product, the variants from the root upwards. Check afterwards: every parameter
/// is set and in range, and `check_chip` holds.
/// Errors: E-CHIP-NAME, E-CHIP-FILE, E-CHIP-SYNTAX, E-CHIP-KEY, E-CHIP-MISSING, E-CHIP-ENTRY, E-CHIP-TYPE,
/// E-CHIP-RANGE, E-CHIP-PROVENANCE, E-CHIP-FAMILY, E-CHIP-BASE, E-CHIP-PRODUCT, E-CHIP-CONSISTENCY,
/// E-CHIP-NO-EFFECT.
ChipSpec load_chip(const std::string& chip, const std::string& product = "");

/// The files that `load_chip` reads for this chip: none for a built-in one, else the file and its bases.
/// Errors: those of load_chip about names and syntax.
std::vector<std::string> chip_files(const std::string& chip);

/// The same of the text of a TOML file; `file` is used in messages, and bases are found relative to it.
/// Errors: those of load_chip except E-CHIP-NAME and E-CHIP-FILE of the text itself.
ChipSpec load_chip_text(std::string_view text, const std::string& file, const std::string& product = "");

/// A description that an earlier version may have written, as programs keep the one of their chip. Parameters that
/// came later are those of the family's built-in chip; a variant takes them from its base. Retired ones say nothing. A
/// description that equals the built-in chip has its product. Errors: those of load_chip_text except E-CHIP-MISSING.
ChipSpec load_recorded_chip(std::string_view text, const std::string& file);

/// Overrides one parameter: "tiu.clock_mhz=750". Its provenance becomes `assumed`, set by "--set".
/// Errors: E-CHIP-SETTING, E-CHIP-KEY, E-CHIP-TYPE, E-CHIP-RANGE. Consistency is not checked: a change may need several
/// settings; call `check_chip` after the last one.
void apply_setting(ChipSpec& chip, std::string_view setting);

/// What parameters must satisfy together. Errors: E-CHIP-CONSISTENCY, E-CHIP-NO-EFFECT.
void check_chip(const ChipSpec& chip);

/// A program runs on chips of its own family only. Errors: E-CHIP-PROGRAM.
void check_family(const ChipSpec& chip, Family program_family, const std::string& program);

}  // namespace bmemu::isa
