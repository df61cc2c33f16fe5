// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Where the largest or smallest element of each row is.
#include <numeric>

#include "kernels/builder/bm1684_tiu.h"
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/rows/row_kernel.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class ArgReduceKernel : public RowKernel {
 public:
  /// 0, 1, 2 ... as f32.
  std::vector<Parameter> parameters(const NodeContext& context) const override {
    std::vector<float> numbers(static_cast<std::size_t>(context.input(0).shape.back()));
    std::iota(numbers.begin(), numbers.end(), 0.0F);
    return {row_of(std::move(numbers))};
  }

  std::int64_t scratch_bytes(const NodeContext& context, View view, const Dims& out) const override {
    const Dims in = rows_of(context, view, out);
    return 3 * Scratch::bytes(context.chip, DataType::kF32, in) +
           2 * Scratch::bytes(context.chip, DataType::kF32, out) + row_reduction_bytes(context.chip, in);
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const ArgReduce& reduce = context.node.as<ArgReduce>();
    const isa::ChipSpec& chip = context.chip;
    const LocalTensor& out = e.output.tensor;
    const LocalTensor x = input_rows(context, e);
    Scratch scratch(chip, e.scratch);
    const LocalTensor values = scratch.tensor(DataType::kF32, x.shape, x.lane);
    const LocalTensor extremes = scratch.tensor(DataType::kF32, x.shape, x.lane);
    const LocalTensor indices = scratch.tensor(DataType::kF32, x.shape, x.lane);
    const LocalTensor one = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const LocalTensor other = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const std::int64_t rest = scratch.tensor(DataType::kF32, {1, 1, 1, 1}, 0).offset;
    const auto repeated = [&](const LocalTensor& t) { return repeated_to(t, x.shape); };
    // The first of equals has the smallest index: -index is largest.
    const float sign = reduce.takes_last ? 1.0F : -1.0F;
    e.tiu.arithmetic(Arithmetic::kMul, values, x, Operand::constant(reduce.is_max ? 1.0F : -1.0F));
    // BM1684 tells -0 from 0.
    e.tiu.arithmetic(Arithmetic::kAdd, values, values, Operand::constant(0.0F));
    reduce_rows(e.tiu, chip, RowFunction::kMax, one, values, rest);
    e.tiu.copy(extremes, repeated(one));
    e.tiu.arithmetic(Arithmetic::kMul, indices, beside_rows(e.parameters[0], x.shape), Operand::constant(sign));
    const LocalTensor chosen = aligned_tensor(chip, DataType::kF32, x.shape, values.offset, x.lane);
    e.tiu.select(Comparison::kEqual, chosen, values, extremes, indices, Operand::constant(-16777216.0F));
    reduce_rows(e.tiu, chip, RowFunction::kMax, one, chosen, rest);
    e.tiu.arithmetic(Arithmetic::kMul, other, one, Operand::constant(sign));
    if (out.type == DataType::kF32) return e.tiu.copy(out, other);
    if (context.is_bm1684()) return static_cast<Bm1684Tiu&>(e.tiu).to_integer(out, other);
    static_cast<Bm1684xTiu&>(e.tiu).cast(out, other, Rounding::kHalfAway);
  }

 private:
  std::int64_t axis_of(const NodeContext& context) const override {
    return context.input(0).type == DataType::kF32 ? context.node.as<ArgReduce>().axis : -1;
  }
};

}  // namespace

const Kernel& arg_reduce_kernel() {
  static const ArgReduceKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
