// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A cause as a sentence that a person can act on.
#pragma once

#include <string>

#include "harness/compare/comparison.h"

namespace bmemu::harness {

/// `cause.text` holds the change in words; the result says what it costs, and how. `a_ps`: length of A's run.
std::string explain(const Cause& cause, emulator::Picoseconds a_ps);

}  // namespace bmemu::harness
