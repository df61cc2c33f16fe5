// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The effective chip description in the forms that people and programs read.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// Unit of a parameter, read from the end of its key: "MHz" for "tiu.clock_mhz"; empty for a count.
std::string_view unit_of(std::string_view key);

/// A row per parameter: key, value, unit, provenance, what set it, source. Lines of at most `width` columns; 0: any.
std::string chip_table(const isa::ChipSpec& chip, std::size_t width);

/// {"name", "family", "product", "parameters": {key: {"value", "unit", "provenance", "source", "set_by"}}}.
nlohmann::ordered_json chip_json(const isa::ChipSpec& chip);

/// A chip file that loads as exactly this chip.
std::string chip_toml(const isa::ChipSpec& chip);

}  // namespace bmemu::harness
