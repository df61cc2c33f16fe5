// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// "Did you mean": the known word that a mistyped one is nearest to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bmemu::isa {

/// Levenshtein's distance: insertions, deletions and replacements of a character, and exchanges of two neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The word nearest to `word`, the first of several; empty when none is nearer than half of the longer one's length.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace bmemu::isa
