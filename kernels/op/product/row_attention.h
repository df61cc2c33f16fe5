// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Attention with rows in the lanes.
#pragma once

#include "kernels/op/product/attention_problem.h"
#include "kernels/op/product/product.h"

namespace bmemu::kernels {

/// Of 16-bit floats and of bytes on BM1684X: a row of the scores in a lane.
void emit_row_attention(const NodeContext& context, GlobalEmission& e);
bool row_attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
