// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run as one HTML page that needs nothing from the network.
#pragma once

#include <iosfwd>
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

/// Timeline, cycle stacks, layers and roofline of a run.
void write_page(const RunResult& result, const CommandLog& log, std::ostream& out);

}  // namespace bmemu::harness
