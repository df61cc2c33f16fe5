// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What operators in 8 bits compute, to the bit, with values represented by the numbers that they stand for.
#pragma once

#include "kernels/graph/reference/tensor.h"

namespace bmemu::kernels::reference {

/// Whether the node has integer numbers (multipliers, shifts, a table).
inline bool is_quantised(const Node& node) { return node.requantisation.has_value(); }

/// Contract: `is_quantised(node)`; sums are exact for T = double, and for T = float below 2^24.
template <class T>
Tensor<T> evaluate_quantised(const Graph& graph, const Node& node, const std::vector<View<T>>& inputs);

}  // namespace bmemu::kernels::reference
