// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which operators without a partner belong to one edit: what was put in, taken out, or put in the place of others.
#pragma once

#include <vector>

#include "harness/compare/match/align.h"

namespace bmemu::harness {

/// Number of the replacement that each unit belongs to, or Piece::kNone for a unit with a partner. Units without a
/// partner that feed each other belong together; those of both sides do when they stand between the same neighbours.
struct Replacements {
  std::vector<std::size_t> of_a, of_b;
  std::vector<bool> has_both_sides;
};

Replacements find_replacements(const Structure& a, const Structure& b, const Alignment& alignment);

}  // namespace bmemu::harness
