// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The bmemu command line.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace bmemu::harness {

struct Console;

/// Parses the arguments (without the program's name) and runs one subcommand. `err_is_terminal`: progress may be shown.
/// Returns the exit code: 0 success, 1 a check failed, 2 wrong input or usage.
int run_cli(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err, bool err_is_terminal);
int run_cli(const std::vector<std::string>& arguments, Console& console);

/// The same on the process's own streams.
int run_cli(int argc, char** argv);

}  // namespace bmemu::harness
