// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Normalisation of rows: one row in a lane. 16-bit floats are computed as f32.
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/elementwise.h"
#include "kernels/op/row_reduction.h"
#include "kernels/op/weights.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class LayerNormKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const auto rank = static_cast<std::int64_t>(context.output().shape.size());
    if (context.node.as<LayerNorm>().axis != rank - 1 || rank < 2) return {};
    return {View::kRows};
  }

  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }
  bool can_cut(const NodeContext&, View, std::size_t dimension) const override { return dimension != 3; }
  std::vector<std::size_t> tensor_inputs(const NodeContext&) const override { return {0}; }

  std::vector<Parameter> parameters(const NodeContext& context) const override {
    std::vector<Parameter> result;
    for (std::size_t i = 1; i < context.node.inputs.size(); ++i) {
      Parameter row;
      row.shape = {1, 1, 1, elements(context.input(i).shape)};
      row.is_compact = false;
      row.for_all_lanes = true;
      row.data = packed_bytes(*context.input(i).constant, DataType::kF32);
      result.push_back(std::move(row));
    }
    return result;
  }

  bool takes_parts(const NodeContext&) const override { return false; }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const std::int64_t wide = context.output().type == DataType::kF32 ? 2 : 4;
    return wide * Scratch::bytes(context.chip, DataType::kF32, out) +
           2 * Scratch::bytes(context.chip, DataType::kF32, {out[0], out[1], 1, 1}) +
           row_reduction_bytes(context.chip, out);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 6 + 66 * 12;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    const isa::ChipSpec& chip = context.chip;
    Scratch scratch(chip, e.scratch);
    const LocalTensor centred = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const LocalTensor other = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const Dims one{out.shape[0], out.shape[1], 1, 1};
    const LocalTensor mean = scratch.tensor(DataType::kF32, one, out.lane);
    const LocalTensor variance = scratch.tensor(DataType::kF32, one, out.lane);
    LocalTensor x = operand_part(e.inputs[0], e.output, chip), y = out;
    const bool is_wide = out.type == DataType::kF32;
    if (!is_wide) {
      const LocalTensor narrow = x;
      x = scratch.tensor(DataType::kF32, out.shape, out.lane);
      y = scratch.tensor(DataType::kF32, out.shape, out.lane);
      static_cast<Bm1684xTiu&>(e.tiu).cast(x, narrow, Rounding::kHalfEven);
    }
    const std::int64_t rest = scratch.tensor(DataType::kF32, {1, 1, 1, 1}, 0).offset;
    const float share = 1.0F / float(out.shape[3]);
    reduce_rows(e.tiu, chip, Pooling::kAverage, mean, x, share, rest);
    e.tiu.arithmetic(Arithmetic::kSub, centred, x, repeated_to(mean, out.shape));
    e.tiu.arithmetic(Arithmetic::kMul, other, centred, centred);
    reduce_rows(e.tiu, chip, Pooling::kAverage, variance, other, share, rest);
    e.tiu.arithmetic(Arithmetic::kAdd, mean, variance, Operand::constant(context.node.as<LayerNorm>().epsilon));
    e.tiu.rsqrt(variance, mean);
    e.tiu.arithmetic(Arithmetic::kMul, y, centred, repeated_to(variance, out.shape));
    if (e.parameters.size() == 2) {
      e.tiu.arithmetic(Arithmetic::kMul, other, y, for_rows(e.parameters[0], out.shape));
      e.tiu.arithmetic(Arithmetic::kAdd, y, other, for_rows(e.parameters[1], out.shape));
    }
    if (!is_wide) static_cast<Bm1684xTiu&>(e.tiu).cast(out, y, Rounding::kHalfEven);
  }

 private:
  static LocalTensor for_rows(LocalTensor row, const Dims& shape) {
    row.stride[0] = row.stride[1] = 0;
    row.shape = shape;
    return row;
  }
};

}  // namespace

const Kernel& layer_norm_kernel() {
  static const LayerNormKernel kernel;
  return kernel;
}

}  // namespace bmemu::kernels
