// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What operators that only one side has stand for.
#pragma once

#include <string>
#include <vector>

#include "harness/compare/match/align.h"

namespace bmemu::harness {

struct UnpairedSide {
  const Side& side;
  const Structure& structure;
  std::vector<std::string> changes;  ///< of units with a partner, as far as they are known; else empty
};

struct UnpairedChange {
  bool is_b = false;
  std::size_t unit = 0;
  std::string change;  ///< a word of docs/compare.md
  std::string what;
};

/// One entry for each unit without a partner whose change is told by its kind, by what stands beside it, or by what it
/// was put in the place of: operators without a partner between the same neighbours are one replacement, and so are
/// those of one part of the network ("/b2/more/...") that hang together. `is_other_type`: most results have another
/// type, and a compiler may then write an operator in other ones.
std::vector<UnpairedChange> unpaired_changes(const UnpairedSide& a, const UnpairedSide& b, const Alignment& alignment,
                                             bool is_other_type);

/// What one side computes by an operator, the other may do by a load: "load_" and the operator's name.
bool computes_in_place_of(const Network& network, const std::string& load);

/// "only B has Permute /t1".
std::string has_alone(bool is_b, const NetworkOperator& op);

}  // namespace bmemu::harness
