// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs a command of the user with the runtime library in the place of the vendor's.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace bmemu::harness {

/// libbmlib.so.0 beside this program: lib/ in a build folder, ../LIB/bmemu/ where it is installed. `with_bmrt`: and
/// bmrt/libbmrt.so.1.0 in that folder, which a command that brings the vendor's does without.
/// Errors: E-WITH-LIBRARY.
std::vector<std::string> find_runtime_libraries(bool with_bmrt);

/// The folder with the Python package sophon.sail, below where the libraries lie: for PYTHONPATH.
std::string sail_folder(const std::string& bmlib);

/// Runs `words` with these variables, the libraries preloaded and their folders searched first, and waits. Signals from
/// the terminal reach the command, not this program. Returns its exit code as a shell says it: 128 + the signal's
/// number for a signal. Errors: E-WITH-COMMAND (it cannot be started, with the system's reason).
int run_with_libraries(const std::vector<std::string>& words, const std::vector<std::string>& libraries,
                       const std::vector<std::pair<std::string, std::string>>& variables);

}  // namespace bmemu::harness
