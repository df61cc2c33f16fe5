// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The result of a run for a terminal.
#pragma once

#include <string>

#include "harness/measure/measurement.h"

namespace bmemu::harness {

struct TextOptions {
  std::size_t top = 10;   ///< layers shown
  std::size_t width = 0;  ///< of the terminal, in columns; 0: any
  bool colour = false;
};

/// Clocks and product first, then times, the verdict, engines, traffic, cycle stacks, kinds of layers and commands, the
/// most expensive layers. No line is wider than the terminal, down to 80 columns.
std::string run_text(const RunResult& result, const TextOptions& options = {});

}  // namespace bmemu::harness
