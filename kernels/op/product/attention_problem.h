// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sizes of an attention, and the tiles in which its scores are computed.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// For each of b: m rows of d columns look at n rows, whose values have e columns. The mask has as many batches and
/// rows as are stated: one, as many as the scores, or none.
struct AttentionProblem {
  std::int64_t b = 1, m = 1, n = 1, d = 1, e = 1;
  isa::DataType type = isa::DataType::kF32;
  bool is_turned = false;
  std::int64_t mask_b = 0, mask_m = 0;

  bool of_bytes() const { return element_bytes(type) == 1; }
  /// The batch of the mask that is added to a batch of the scores.
  std::int64_t mask_batch(std::int64_t batch) const { return mask_b > 1 ? batch : 0; }
};
AttentionProblem attention_problem_of(const NodeContext& context);

/// Rows of the scores that are computed at a time.
struct AttentionTile {
  std::int64_t b, m0, m;
};
/// All of a problem, of at most `most` rows, in the order in which they are computed.
std::vector<AttentionTile> attention_tiles(const AttentionProblem& problem, std::int64_t most);

}  // namespace bmemu::kernels
