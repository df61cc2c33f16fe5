// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The bmemu command line.
#pragma once

namespace bmemu::harness {

/// Parses the arguments and runs one subcommand.
/// Returns the exit code: 0 success, 1 a check failed, 2 wrong input or usage.
int run_cli(int argc, char** argv);

}  // namespace bmemu::harness
