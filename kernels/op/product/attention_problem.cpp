// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/product/attention_problem.h"

#include <algorithm>

namespace bmemu::kernels {

AttentionProblem attention_problem_of(const NodeContext& context) {
  const Shape &q = context.input(0).shape, &k = context.input(1).shape, &v = context.input(2).shape;
  const bool turned = context.node.as<Attention>().is_turned;
  AttentionProblem p{q[0], q[turned ? 2 : 1], k[1], k[2], v[turned ? 1 : 2], context.input(0).type, turned};
  if (context.node.inputs.size() > 3) {
    p.mask_b = context.input(3).shape[0];
    p.mask_m = context.input(3).shape[turned ? 2 : 1];
  }
  return p;
}

std::vector<AttentionTile> attention_tiles(const AttentionProblem& problem, std::int64_t most) {
  std::vector<AttentionTile> tiles;
  for (std::int64_t b = 0; b < problem.b; ++b)
    for (std::int64_t m = 0; m < problem.m; m += most) tiles.push_back({b, m, std::min(most, problem.m - m)});
  return tiles;
}

}  // namespace bmemu::kernels
