// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The integer numbers of each operator in 8 bits, once the quantisation of its tensors is known.
#pragma once

#include "isa/encoding/instruction.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Weights, biases, multipliers, shifts and tables of a node whose result is quantised. Constants become quantised
/// values of their own.
void set_integer_numbers(Graph& graph, std::size_t node, isa::Family family);

/// Multiplier and shift of a cast between bytes of two scales, on BM1684; nothing for other casts.
void set_rescaling(const Graph& graph, Node& cast);

}  // namespace bmemu::kernels
