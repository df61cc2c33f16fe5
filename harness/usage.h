// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What is wrong with a command line that could not be parsed.
#pragma once

#include <string>
#include <vector>

#include "isa/error.h"

namespace CLI {
class App;
}

namespace bmemu::harness {

/// E-USAGE-COMMAND (no such command) or E-USAGE-OPTION (no such option of the command), with the nearest one that
/// exists; else E-USAGE with `reason`, the parser's own sentence.
Error usage_error(const CLI::App& app, const std::vector<std::string>& arguments, const std::string& reason);

}  // namespace bmemu::harness
