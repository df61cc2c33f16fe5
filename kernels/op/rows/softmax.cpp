// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Softmax along rows: one row in a lane. 16-bit floats are computed as f32.
#include "kernels/op/rows/row_kernel.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class SoftmaxKernel : public RowKernel {
 public:
  bool uses_exp(const NodeContext&) const override { return true; }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return 4 * Scratch::bytes(context.chip, DataType::kF32, out) + WideRows::bytes(context, out) +
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
    WideRows rows(context, e, scratch);
    const std::int64_t rest = scratch.tensor(DataType::kF32, {1, 1, 1, 1}, 0).offset;
    reduce_rows(e.tiu, chip, Pooling::kMax, largest, rows.x, 1.0F, rest);
    e.tiu.arithmetic(Arithmetic::kSub, t[2], rows.x, repeated_to(largest, out.shape));
    Functions(e.tiu, e.exp_table, t).exp(t[3], t[2], 1.0F);
    reduce_rows(e.tiu, chip, Pooling::kAverage, sum, t[3], 1.0F, rest);
    e.tiu.arithmetic(Arithmetic::kDiv, largest, Operand::constant(1.0F), sum);
    e.tiu.arithmetic(Arithmetic::kMul, rows.y, t[3], repeated_to(largest, out.shape));
    rows.finish();
  }

 private:
  std::int64_t axis_of(const NodeContext& context) const override { return context.node.as<Softmax>().axis; }
};

}  // namespace

const Kernel& softmax_kernel() {
  static const SoftmaxKernel kernel;
  return kernel;
}

}  // namespace bmemu::kernels
