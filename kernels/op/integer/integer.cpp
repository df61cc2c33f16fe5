// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/integer/integer.h"

#include <algorithm>

namespace bmemu::kernels {

std::vector<View> integer_views(const NodeContext& context) {
  std::vector<View> views = elementwise_views(context);
  if (!context.is_bm1684()) return views;
  const auto is_split = [&](View view) { return !keeps_batches(view, context.output().shape); };
  views.erase(std::remove_if(views.begin(), views.end(), is_split), views.end());
  return views;
}

const Kernel* integer_kernel_of(const NodeContext& context) {
  switch (context.node.op()) {
    case Op::kConv: return context.is_bm1684() ? &conv_kernel() : &integer_conv_bm1684x_kernel();
    case Op::kPool: return &integer_pool_kernel();
    case Op::kBinary: return &integer_binary_kernel();
    case Op::kUnary: return &integer_unary_kernel();
    case Op::kCast: return &integer_cast_kernel();
    case Op::kResize: return &resize_kernel();
    default: return nullptr;
  }
}

}  // namespace bmemu::kernels
