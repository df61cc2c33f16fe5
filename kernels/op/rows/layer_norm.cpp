// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Normalisation of rows: one row in a lane. 16-bit floats are computed as f32.
#include "kernels/op/rows/row_kernel.h"

namespace bmemu::kernels {
namespace {

class LayerNormKernel : public RowKernel {
 public:
  std::vector<std::size_t> tensor_inputs(const NodeContext&) const override { return {0}; }

  std::vector<Parameter> parameters(const NodeContext& context) const override {
    std::vector<Parameter> result;
    for (std::size_t i = 1; i < context.node.inputs.size(); ++i)
      result.push_back(row_of(context.input(i).constant->floats()));
    return result;
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return WideRows::bytes(context, out, 2);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 6 + 66 * 12;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    const isa::ChipSpec& chip = context.chip;
    WideRows rows(context, e, 2);
    const LocalTensor &centred = rows.tensors[0], &other = rows.tensors[1];
    const auto& [mean, variance] = rows.per_row;
    reduce_rows(e.tiu, chip, RowFunction::kMean, mean, rows.x, rows.reduction_offset);
    e.tiu.arithmetic(Arithmetic::kSub, centred, rows.x, repeated_to(mean, out.shape));
    e.tiu.arithmetic(Arithmetic::kMul, other, centred, centred);
    reduce_rows(e.tiu, chip, RowFunction::kMean, variance, other, rows.reduction_offset);
    e.tiu.arithmetic(Arithmetic::kAdd, mean, variance, Operand::constant(context.node.as<LayerNorm>().epsilon));
    e.tiu.rsqrt(variance, mean);
    e.tiu.arithmetic(Arithmetic::kMul, rows.y, centred, repeated_to(variance, out.shape));
    if (e.parameters.size() == 2) {
      e.tiu.arithmetic(Arithmetic::kMul, other, rows.y, beside_rows(e.parameters[0], out.shape));
      e.tiu.arithmetic(Arithmetic::kAdd, rows.y, other, beside_rows(e.parameters[1], out.shape));
    }
    rows.finish();
  }

 private:
  std::int64_t axis_of(const NodeContext& context) const override { return context.node.as<LayerNorm>().axis; }
};

}  // namespace

const Kernel& layer_norm_kernel() {
  static const LayerNormKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
