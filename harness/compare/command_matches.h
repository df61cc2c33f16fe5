// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The commands of a comparison's rows and causes, beside each other.
#pragma once

#include <set>
#include <vector>

#include "harness/compare/comparison.h"

namespace bmemu::harness {

/// Sets `commands` of each row.
void match_commands_of(std::vector<LayerRow>& rows, const Run& a, const Run& b);

/// Counts of the commands of a cause's rows `of`, and those whose durations differ most.
void add_commands(Cause& cause, const std::set<std::size_t>& of, const std::vector<LayerRow>& rows, const Run& a,
                  const Run& b);

}  // namespace bmemu::harness
