// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/product/attention.h"

#include <algorithm>

namespace bmemu::kernels {
namespace {

class AttentionKernel : public GlobalKernel {
 public:
  std::string refusal(const NodeContext& context) const override {
    return attention_fits(attention_problem_of(context), context.chip) ? std::string() : "its element type or its size";
  }
  void emit(const NodeContext& context, GlobalEmission& e) const override {
    if (context.node.as<Attention>().is_turned)
      emit_column_attention(context, e);
    else
      emit_row_attention(context, e);
  }
};

}  // namespace

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

bool attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip) {
  return problem.is_turned ? column_attention_fits(problem, chip) : row_attention_fits(problem, chip);
}

const GlobalKernel& attention_kernel() {
  static const AttentionKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
