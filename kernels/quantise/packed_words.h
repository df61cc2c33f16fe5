// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684 keeps the same element of four batches in one word: what that allows.
#pragma once

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Whether a node can work on such words: the first dimension of its inputs is that of its result, and stays apart from
/// the others; sizes are within the fields of commands.
bool fits_packed_words(const Graph& graph, const Node& node);

}  // namespace bmemu::kernels
