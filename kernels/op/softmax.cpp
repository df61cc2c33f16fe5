// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Softmax along rows: one row in a lane. 16-bit floats are computed as f32.
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/elementwise.h"
#include "kernels/op/row_reduction.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class SoftmaxKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const auto rank = static_cast<std::int64_t>(context.output().shape.size());
    if (context.node.as<Softmax>().axis != rank - 1 || rank < 2) return {};
    return {View::kRows};
  }

  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }
  bool can_cut(const NodeContext&, View, std::size_t dimension) const override { return dimension != 3; }
  bool uses_exp(const NodeContext&) const override { return true; }

  bool takes_parts(const NodeContext&) const override { return false; }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const std::int64_t extra = context.output().type == DataType::kF32 ? 0 : 2;
    return (4 + extra) * Scratch::bytes(context.chip, DataType::kF32, out) +
           2 * Scratch::bytes(context.chip, DataType::kF32, {out[0], out[1], 1, 1}) +
           row_reduction_bytes(context.chip, out);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 14 + 66 * 18;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    const isa::ChipSpec& chip = context.chip;
    Scratch scratch(chip, e.scratch);
    std::array<LocalTensor, Functions::kTemporaries> t;
    for (auto& temporary : t) temporary = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const Dims one{out.shape[0], out.shape[1], 1, 1};
    const LocalTensor largest = scratch.tensor(DataType::kF32, one, out.lane);
    const LocalTensor sum = scratch.tensor(DataType::kF32, one, out.lane);
    LocalTensor x = operand_part(e.inputs[0], e.output, chip), y = out;
    const bool is_wide = out.type == DataType::kF32;
    if (!is_wide) {
      const LocalTensor narrow = x;
      x = scratch.tensor(DataType::kF32, out.shape, out.lane);
      y = scratch.tensor(DataType::kF32, out.shape, out.lane);
      static_cast<Bm1684xTiu&>(e.tiu).cast(x, narrow, Rounding::kHalfEven);
    }
    const std::int64_t rest = scratch.tensor(DataType::kF32, {1, 1, 1, 1}, 0).offset;
    reduce_rows(e.tiu, chip, Pooling::kMax, largest, x, 1.0F, rest);
    e.tiu.arithmetic(Arithmetic::kSub, t[2], x, repeated_to(largest, out.shape));
    Functions(e.tiu, e.exp_table, t).exp(t[3], t[2], 1.0F);
    reduce_rows(e.tiu, chip, Pooling::kAverage, sum, t[3], 1.0F, rest);
    e.tiu.arithmetic(Arithmetic::kDiv, largest, Operand::constant(1.0F), sum);
    e.tiu.arithmetic(Arithmetic::kMul, y, t[3], repeated_to(largest, out.shape));
    if (!is_wide) static_cast<Bm1684xTiu&>(e.tiu).cast(out, y, Rounding::kHalfEven);
  }
};

}  // namespace

const Kernel& softmax_kernel() {
  static const SoftmaxKernel kernel;
  return kernel;
}

}  // namespace bmemu::kernels
