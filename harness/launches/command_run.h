// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs a command of the user with the runtime library in the place of the vendor's.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bmemu::harness {

/// libbmlib.so.0 beside this program: lib/ in a build folder, ../LIB/bmemu/ where it is installed.
/// Errors: E-WITH-LIBRARY.
std::string find_runtime_library();

/// Runs `words` with these variables, the library preloaded and its folder searched first, and waits. Signals from the
/// terminal reach the command, not this program. Returns its exit code as a shell says it: 128 + the signal's number
/// for a signal. Errors: E-WITH-COMMAND (it cannot be started, with the system's reason).
int run_with_library(const std::vector<std::string>& words, const std::string& library,
                     const std::vector<std::pair<std::string, std::string>>& variables);

}  // namespace bmemu::harness
