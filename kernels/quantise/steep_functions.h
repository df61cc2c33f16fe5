// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions that make much of small differences: what bytes must not round before them.
#pragma once

#include <set>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Results of operators that have to stay in float: exponents (of Softmax and Exp) whose steps as bytes would be
/// coarse, since a mask or a factor widens their range; what functions with a pole, and square roots, are taken of,
/// and they themselves. Contract: behind `apply_calibration`.
std::set<ValueId> before_steep_functions(const Graph& graph);

}  // namespace bmemu::kernels
