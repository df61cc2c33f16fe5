// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The passes over the graph between import and lowering, one file each, in this order. Every pass leaves a graph that
// computes the same numbers (quantise: numbers within the error of 8 bits).
#pragma once

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Constants that nodes compute from constants; scales and biases into the weights before them; reshapes, permutations,
/// paddings and broadcasts that nothing needs; operators with one number as affine functions.
void fold(Graph& graph);

/// Activations into the operators before them; SiLU, GELU, Mish, hard swish and layer norm from their parts.
void fuse(Graph& graph);

/// What no kernel computes as a whole, made of what kernels do compute.
void decompose(Graph& graph);

}  // namespace bmemu::kernels
