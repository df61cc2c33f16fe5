// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What differs between two programs of the same operators: where layer groups end and how they are sliced.
#pragma once

#include <optional>

#include "harness/compare/match/align.h"
#include "harness/compare/match/operator_changes.h"

namespace bmemu::harness {

/// "group_cut" where a border more or fewer explains it, else "opt_level": another search for groups. Empty: groups and
/// slices are the same.
std::optional<OperatorChange> structure_change(const Network& a, const Structure& structure_a, const Network& b,
                                               const Structure& structure_b, const Alignment& alignment);

}  // namespace bmemu::harness
