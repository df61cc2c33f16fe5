// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/shapley.h"

#include "isa/error.h"

namespace bmemu::harness {

std::vector<double> shapley(unsigned players, const std::function<double(unsigned set)>& value) {
  BMEMU_CHECK(players <= 20, "too many players for all subsets");
  std::vector<double> values;
  for (unsigned set = 0; set < 1U << players; ++set) values.push_back(value(set));
  std::vector<double> weights(players, 0);  // by size of the set before the player enters
  for (unsigned size = 0; size < players; ++size) {
    double orders = 1.0 / players;  // 1 / (players * binomial(players - 1, size))
    for (unsigned k = 1; k <= size; ++k) orders *= double(k) / double(players - k);
    weights[size] = orders;
  }
  std::vector<double> shares(players, 0);
  for (unsigned player = 0; player < players; ++player)
    for (unsigned set = 0; set < 1U << players; ++set) {
      if ((set >> player & 1U) != 0) continue;
      unsigned size = 0;
      for (unsigned k = 0; k < players; ++k) size += set >> k & 1U;
      shares[player] += weights[size] * (values[set | 1U << player] - values[set]);
    }
  return shares;
}

}  // namespace bmemu::harness
