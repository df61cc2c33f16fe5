// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Shares of players who change a value together: each one's mean contribution over all orders of entering.
#pragma once

#include <functional>
#include <vector>

namespace bmemu::harness {

/// `value(set)`: with the players whose bits are set. The shares sum to value(all) - value(none).
/// Contract: at most 20 players; `value` is called once for each subset.
std::vector<double> shapley(unsigned players, const std::function<double(unsigned set)>& value);

}  // namespace bmemu::harness
