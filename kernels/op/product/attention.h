// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Both ways to compute attention without scores in global memory.
#pragma once

#include "kernels/op/product/product.h"

namespace bmemu::kernels {

/// For each of b: m rows of d columns look at n rows, whose values have e columns. The mask has as many batches and
/// rows as are stated: one, as many as the scores, or none.
struct AttentionProblem {
  std::int64_t b = 1, m = 1, n = 1, d = 1, e = 1;
  isa::DataType type = isa::DataType::kF32;
  bool is_turned = false;
  std::int64_t mask_b = 0, mask_m = 0;
};
AttentionProblem attention_problem_of(const NodeContext& context);

/// Whether there is a kernel, and room for its smallest tile.
bool attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip);

/// Bytes of a lane for the coefficients of e^x.
inline std::int64_t exp_table_room(const isa::ChipSpec& chip) {
  constexpr std::int64_t kCoefficients = 32;  ///< bytes
  return align_up(kCoefficients, chip.tiu.eu_bytes);
}

/// Of turned f32 matrices, on both chips: a row of the scores becomes a column, and columns are spread over the lanes,
/// so that products use all of them however few columns the values have. Sums have the order that products and Softmax
/// have.
void emit_column_attention(const NodeContext& context, GlobalEmission& e);
bool column_attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip);
/// Of 16-bit floats on BM1684X: a row of the scores in a lane.
void emit_row_attention(const NodeContext& context, GlobalEmission& e);
bool row_attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
