// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How the critical path's difference splits up when changes of the whole network meet each other, or meet local ones:
// each operator's part is taken apart by what a change does to it.
#pragma once

#include <vector>

#include "harness/compare/match/edits.h"

namespace bmemu::harness {

/// Picoseconds of each edit, then of what belongs to none; they sum to B minus A. Swapped sides have the negative.
///
/// A part of the path is elements x time of an element, where the operator is there at all. Batch and input size change
/// the elements by known ratios; a precision, or a change of the operator itself, the time of an element; an operator
/// that one side alone has is there with the change that brought it. Where several changes touch one operator, each
/// gets its Shapley share of that product, which is A's part without any of them and B's with all.
std::vector<double> path_shares(const Run& a, const Structure& structure_a, const Run& b, const Structure& structure_b,
                                const Alignment& alignment, const Edits& edits);

}  // namespace bmemu::harness
