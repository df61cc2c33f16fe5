// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Attention with columns in the lanes.
#pragma once

#include "kernels/op/product/attention_problem.h"
#include "kernels/op/product/product.h"

namespace bmemu::kernels {

/// Of turned f32 matrices, on both chips: a row of the scores becomes a column, and columns are spread over the lanes,
/// so that products use all of them however few columns the values have. Sums have the order that products and Softmax
/// have.
void emit_column_attention(const NodeContext& context, GlobalEmission& e);
bool column_attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
