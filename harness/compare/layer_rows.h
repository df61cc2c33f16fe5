// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The layers of both sides in rows: what is matched side by side, what one side alone has by itself.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/compare/comparison.h"
#include "harness/compare/match/align.h"

namespace bmemu::harness {

struct LayerRows {
  std::vector<LayerRow> rows;
  std::vector<std::size_t> of_a, of_b;  ///< row of each piece
};

/// One row for each pair of pieces that are the same, and for each that only one side has.
LayerRows make_rows(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment);

/// Names of rows, the largest difference first: of `own`, those that the change is about, where there are some, else of
/// `all`. When it is about operators that compute, their loads and casts are left out.
std::vector<std::string> ranked_layers(const std::vector<LayerRow>& rows, std::set<std::size_t> own,
                                       std::set<std::size_t> all);

}  // namespace bmemu::harness
