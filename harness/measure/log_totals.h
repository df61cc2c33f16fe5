// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The totals of a run that was not listened to, from its log.
#pragma once

#include "harness/measure/run.h"

namespace bmemu::harness {

/// Everything of a run but its commands and what is counted from them; layers keep names and kinds.
Run without_commands(const Run& run);

/// Sets engines, traffic, layers and critical path. `result.layers` holds names and kinds, the last entry for commands
/// of no layer; `log` is finished. What an engine did after its last command counts as idle.
void add_log_totals(Run& run);

}  // namespace bmemu::harness
