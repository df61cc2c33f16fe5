// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a chip file or a product says, read and checked entry by entry, before it is applied to a ChipSpec.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa/chip/chip_file.h"

namespace bmemu::isa {

/// A file that is compiled into the library.
struct ChipText {
  std::string_view file;  ///< "bm1684x.toml"
  std::string_view text;
};
std::vector<ChipText> chip_texts();  ///< isa/chips/*.toml, sorted by name

/// One parameter given a value.
struct Assignment {
  const Parameter* parameter = nullptr;
  double value = 0;
  Provenance provenance = Provenance::kAssumed;
  std::string source;
  int line = 0;
};

struct Description {
  std::string file;    ///< for messages, as the user wrote it
  std::string name;    ///< of the chip; file stem when the file names none
  std::string base;    ///< empty: a full description
  std::string family;  ///< empty when there is a base
  std::vector<Assignment> assignments;
  bool is_built_in = false;
};

struct ProductDescription {
  Product product;
  int line = 0;
  std::vector<Assignment> assignments;
};

/// `file` is used in messages. Retired parameters are errors, or left out of the description. Errors: see load_chip.
Description parse_chip(std::string_view text, const std::string& file, bool leaves_out_retired = false);
std::vector<ProductDescription> parse_products(std::string_view text, const std::string& file);

/// Whether `value` is legal for the parameter. Errors: E-CHIP-RANGE, E-CHIP-TYPE (a fraction for an integer).
void check_value(const Parameter& parameter, double value, const std::string& place);

/// Legal values in words: "integer 1..64".
std::string legal_range(const Parameter& parameter);

/// The parameter with this key. Errors: E-CHIP-KEY, with similar keys as advice.
const Parameter& require_parameter(std::string_view key, const std::string& place);

}  // namespace bmemu::isa
