// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Softmax along rows: one row in a lane. 16-bit floats are computed as f32.
#include <algorithm>

#include "kernels/op/rows/row_kernel.h"

namespace bmemu::kernels {
namespace {

class SoftmaxKernel : public RowKernel {
 public:
  bool uses_exp(const NodeContext&) const override { return true; }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return WideRows::bytes(context, out, Functions::kTemporaries);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 14 + 66 * 18;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    const isa::ChipSpec& chip = context.chip;
    WideRows rows(context, e, Functions::kTemporaries);
    std::array<LocalTensor, Functions::kTemporaries> t;
    std::copy(rows.tensors.begin(), rows.tensors.end(), t.begin());
    const auto& [largest, sum] = rows.per_row;
    reduce_rows(e.tiu, chip, RowFunction::kMax, largest, rows.x, rows.reduction_offset);
    e.tiu.arithmetic(Arithmetic::kSub, t[2], rows.x, repeated_to(largest, out.shape));
    Functions(e.tiu, e.exp_table, t).exp(t[3], t[2], 1.0F);
    reduce_rows(e.tiu, chip, RowFunction::kSum, sum, t[3], rows.reduction_offset);
    e.tiu.arithmetic(Arithmetic::kDiv, largest, Operand::constant(1.0F), sum);
    e.tiu.arithmetic(Arithmetic::kMul, rows.y, t[3], repeated_to(largest, out.shape));
    rows.finish();
  }

 private:
  std::int64_t axis_of(const NodeContext& context) const override { return context.node.as<Softmax>().axis; }
};

}  // namespace

const Kernel& softmax_kernel() {
  static const SoftmaxKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
