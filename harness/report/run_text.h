// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The result of a run for a terminal.
#pragma once

#include <string>

#include "harness/measure/measurement.h"

namespace bmemu::harness {

/// Clocks and product first, then times, engines, traffic, cycle stacks, the most expensive layers, the critical path.
std::string run_text(const RunResult& result);

}  // namespace bmemu::harness
