// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Random graphs of primitives: operators, shapes, broadcasts, attributes. Numbers stay within about [-100, 100] and
// away from where functions jump or have no value, so that rounding cannot turn into another answer.
#pragma once

#include <cstdint>

#include "kernels/graph/graph.h"

namespace bmemu::tests {

/// The same seed gives the same graph on every machine.
kernels::Graph random_graph(std::uint64_t seed);

/// Numbers between -1 and 1 for its inputs, the same everywhere.
std::vector<float> random_numbers(std::uint64_t seed, std::size_t count);

}  // namespace bmemu::tests
