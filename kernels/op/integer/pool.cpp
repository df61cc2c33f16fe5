// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Maximum and average of bytes over sliding windows.
#include "kernels/op/integer/integer.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

class IntegerPool : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const Pool& pool = context.node.as<Pool>();
    if (pool.kind == PoolKind::kAverage && !context.node.requantisation) return {};
    return pool_kernel().views(context);
  }
  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return pool_kernel().needs(context, view, input, out);
  }
  bool takes_parts(const NodeContext&) const override { return false; }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return pool_kernel().cycles(context, view, out) / (context.is_bm1684() ? 1 : 4) + 66;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    WindowCommand command = pool_command(context, e);
    command.is_relu = command.out.type == isa::DataType::kU8;
    if (command.kind == Pooling::kAverage) {
      command.multiplier = context.node.requantisation->multiplier[0];
      command.shift = context.node.requantisation->shift[0];
    }
    e.tiu.window(command);
  }
};

}  // namespace

const Kernel& integer_pool_kernel() {
  static const IntegerPool kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
