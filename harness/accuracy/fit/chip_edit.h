// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Changes numbers in the text of a chip file and leaves the rest of it as a person wrote it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// The text of a chip description: a built-in one ("bm1684x"), or a file. Errors: E-CHIP-FILE.
std::string chip_file_text(const std::string& chip);

/// The value as a chip file holds it: with four digits.
double as_written(double value);

/// `text` with the entries of `keys` as they are in `chip`: value (four digits), provenance, source. An entry that the
/// text does not have is added in front of its first section.
/// Contract: one entry per line, as the chip files of bmemu and of `bmemu chips --toml` have it.
std::string with_values(const std::string& text, const isa::ChipSpec& chip, const std::vector<std::string>& keys);

}  // namespace bmemu::harness
