// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What `bmemu run` can write about a run: a table. A new output is a function of a run in a file of its own, and one
// line in run_outputs.cpp.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/measure/run.h"

namespace bmemu::harness {

struct RunOutput {
  const char* option;  ///< "--json"
  const char* help;
  /// `path`: some formats depend on the ending of the file's name. `out` is binary.
  void (*write)(const Run& run, const std::string& path, std::ostream& out);
  bool needs_network = false;  ///< Run::network
};

/// In the order in which `--help` lists them.
const std::vector<RunOutput>& run_outputs();

}  // namespace bmemu::harness
