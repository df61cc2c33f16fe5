// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What no silicon can run a program faster than, whatever is fitted.
#pragma once

#include <memory>

#include "harness/measure/point.h"

namespace bmemu::harness {

/// Milliseconds of one run of the program's own commands at their ideal cost on its family's built-in chip: every
/// silicon and launch parameter neutral, DDR at the peak of its pins without refresh, no copies of inputs and outputs.
/// A published time below it was of another program.
double least_ms(const std::shared_ptr<const LoadedProgram>& program);

}  // namespace bmemu::harness
