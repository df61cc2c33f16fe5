// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/product/attention.h"

#include "kernels/op/product/column_attention.h"
#include "kernels/op/product/row_attention.h"

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

bool attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip) {
  return problem.is_turned ? column_attention_fits(problem, chip) : row_attention_fits(problem, chip);
}

const GlobalKernel& attention_kernel() {
  static const AttentionKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
