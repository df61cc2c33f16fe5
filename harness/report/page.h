// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run as one HTML page that needs nothing from the network.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/measure/measurement.h"

namespace bmemu::harness {

/// A file of harness/report/page, compiled into the library.
struct PageText {
  std::string_view file;
  std::string_view text;
};
std::vector<PageText> page_texts();

/// The text of `file`. Contract: it is one of `texts`.
std::string page_file(std::string_view file, const std::vector<PageText>& texts = page_texts());
/// Contract: `text` holds `mark`.
void replace_mark(std::string& text, std::string_view mark, const std::string& with);
/// JSON that may stand in a script: no name in it can end the script.
std::string script_text(const nlohmann::ordered_json& json);

/// Timeline, cycle stacks, layers and roofline of a run. Loads are counted with the layers that they serve when the run
/// has a network.
void write_page(const Run& run, std::ostream& out);

}  // namespace bmemu::harness
