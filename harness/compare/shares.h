// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How the difference of two programs on one chip splits up among the changes between them.
#pragma once

#include <vector>

#include "harness/compare/match/edits.h"

namespace bmemu::harness {

/// Picoseconds of each edit, then of what belongs to none; they sum to B minus A. Swapped sides have the negative.
/// `a`, `b`: runs of the two programs on the same chip.
std::vector<double> edit_shares(const Run& a, const Structure& structure_a, const Run& b, const Structure& structure_b,
                                const Alignment& alignment, const Edits& edits);

}  // namespace bmemu::harness
