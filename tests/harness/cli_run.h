// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs the command line inside a test.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "harness/cli.h"

namespace bmemu::harness {

struct CliResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};

inline CliResult run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  CliResult result;
  result.exit_code = run_cli(arguments, out, err, false);
  result.out = out.str();
  result.err = err.str();
  return result;
}

}  // namespace bmemu::harness
