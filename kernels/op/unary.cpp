// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of one number. 16-bit floats are computed as f32.
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/elementwise.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class UnaryKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override { return elementwise_views(context); }

  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }

  bool uses_exp(const NodeContext& context) const override {
    return kernels::uses_exp(context.node.as<Unary>().function);
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const std::int64_t extra = context.output().type == DataType::kF32 ? 1 : 2;
    return (std::int64_t(Functions::kTemporaries) + extra) * Scratch::bytes(context.chip, DataType::kF32, out);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) / 2 * passes(context.node.as<Unary>().function) + 66 * 4;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    Scratch scratch(context.chip, e.scratch);
    std::array<LocalTensor, Functions::kTemporaries> temporaries;
    for (auto& t : temporaries) t = scratch.tensor(DataType::kF32, out.shape, out.lane);
    Functions functions(e.tiu, e.exp_table, temporaries);
    LocalTensor x = operand_part(e.inputs[0], e.output, context.chip);
    const Unary& unary = context.node.as<Unary>();
    if (out.type == DataType::kF32) {
      if (!is_aligned(x, context.chip)) {
        const LocalTensor whole = scratch.tensor(DataType::kF32, out.shape, out.lane);
        e.tiu.copy(whole, x);
        x = whole;
      }
      functions.unary(unary, out, x);
      return;
    }
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    const LocalTensor wide = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const LocalTensor result = scratch.tensor(DataType::kF32, out.shape, out.lane);
    tiu.cast(wide, x, Rounding::kHalfEven);
    functions.unary(unary, result, wide);
    tiu.cast(out, result, Rounding::kHalfEven);
  }
};

}  // namespace

const Kernel& unary_kernel() {
  static const UnaryKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
