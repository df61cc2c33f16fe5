// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What fewer bits would not round but break.
#pragma once

#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

inline constexpr float kLargestHalf = 65504;  ///< of f16

/// By value: whether it stays f32 in every precision. Those are exact values (counts, indices), what compares them, and
/// what is computed from nothing else on the way to one.
std::vector<bool> wide_values(const Graph& graph);

/// By value: whether it lies between squares that are summed and the root of the sum, both included: a norm that a
/// model writes in parts. f16 ends at the square of 256.
std::vector<bool> squares_of_norms(const Graph& graph);

}  // namespace bmemu::kernels
