// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What fewer bits would not round but break.
#pragma once

#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// By value: whether it stays f32 in every precision. Those are exact values (counts, indices), what compares them, and
/// what is computed from nothing else on the way to one.
std::vector<bool> wide_values(const Graph& graph);

}  // namespace bmemu::kernels
