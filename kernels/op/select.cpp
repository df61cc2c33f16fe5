// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// condition ? then : else; any of the three may repeat.
#include "kernels/op/elementwise.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class SelectKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    if (context.output().type != DataType::kF32) return {};
    return elementwise_views(context);
  }

  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return repeated_need(dims_of(view, context.input(input).shape), out);
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return 3 * Scratch::bytes(context.chip, DataType::kF32, out);
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    Scratch scratch(context.chip, e.scratch);
    // The instruction takes whole aligned tensors only.
    const auto whole = [&](std::size_t index) {
      const LocalTensor part = operand_part(e.inputs[index], e.output, context.chip);
      const bool repeats = repeated_need(e.inputs[index].whole, e.output.region).size() != e.output.region.size();
      if (!repeats && is_aligned(part, context.chip)) return part;
      const LocalTensor copy = scratch.tensor(DataType::kF32, out.shape, out.lane);
      e.tiu.copy(copy, part);
      return copy;
    };
    const LocalTensor condition = whole(0), then_value = whole(1), else_value = whole(2);
    e.tiu.select(Comparison::kEqual, out, condition, Operand::constant(0.0F), else_value, then_value);
  }
};

}  // namespace

const Kernel& select_kernel() {
  static const SelectKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
