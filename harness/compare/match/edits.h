// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What was changed between two programs, told from their networks, and which commands each change concerns.
#pragma once

#include <string>
#include <vector>

#include "harness/compare/match/align.h"

namespace bmemu::harness {

struct Edit {
  std::string change;  ///< a word of docs/compare.md: "batch", "activation" ...
  std::string what;    ///< the change in words, with figures
  bool is_global = false;
  bool is_inert = false;                  ///< its own commands do the same work on both sides: it costs nothing
  std::vector<std::size_t> own_a, own_b;  ///< pieces that the change is about; the others that it owns follow from it
};

struct Edits {
  std::vector<Edit> edits;              ///< one for each change
  std::vector<std::size_t> of_a, of_b;  ///< edit of each piece, or Piece::kNone: no edit explains a difference in it
};

Edits find_edits(const Side& a, const Structure& structure_a, const Side& b, const Structure& structure_b,
                 const Alignment& alignment);

}  // namespace bmemu::harness
