// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sum, mean, maximum, minimum and product of rows, one row in a lane; the first three of columns too.
#include "kernels/op/rows/row_kernel.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class ReduceKernel : public RowKernel {
 public:
  std::int64_t scratch_bytes(const NodeContext& context, View view, const Dims& out) const override {
    const Dims in = rows_of(context, view, out);
    return Scratch::bytes(context.chip, DataType::kF32, in) + Scratch::bytes(context.chip, DataType::kF32, out) +
           row_reduction_bytes(context.chip, in);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, rows_of(context, view, out)) * 2 + 66 * 2;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    const isa::ChipSpec& chip = context.chip;
    const LocalTensor x = input_rows(context, e);
    Scratch scratch(chip, e.scratch);
    const LocalTensor row = scratch.tensor(DataType::kF32, x.shape, x.lane);
    const LocalTensor one = scratch.tensor(DataType::kF32, out.shape, out.lane);
    const std::int64_t rest = scratch.tensor(DataType::kF32, {1, 1, 1, 1}, 0).offset;
    switch (context.node.as<Reduce>().function) {
      case ReduceFunction::kSum: return reduce_rows(e.tiu, chip, RowFunction::kSum, out, x, rest);
      case ReduceFunction::kMean: return reduce_rows(e.tiu, chip, RowFunction::kMean, out, x, rest);
      case ReduceFunction::kMax: return reduce_rows(e.tiu, chip, RowFunction::kMax, out, x, rest);
      case ReduceFunction::kMin:
        e.tiu.arithmetic(Arithmetic::kMul, row, x, Operand::constant(-1.0F));
        reduce_rows(e.tiu, chip, RowFunction::kMax, one, row, rest);
        return e.tiu.arithmetic(Arithmetic::kMul, out, one, Operand::constant(-1.0F));
      case ReduceFunction::kProd: return product(e, chip, out, row, x);
    }
  }

 private:
  std::int64_t axis_of(const NodeContext& context) const override {
    const Reduce& reduce = context.node.as<Reduce>();
    return reduce.axes.size() == 1 && context.output().type == DataType::kF32 ? reduce.axes[0] : -1;
  }

  /// The second half of what is left is multiplied onto the first, until one is left.
  static void product(Emission& e, const isa::ChipSpec& chip, const LocalTensor& out, const LocalTensor& row,
                      const LocalTensor& x) {
    e.tiu.copy(row, x);
    std::int64_t width = x.shape[3];
    const auto columns = [&](std::int64_t from, std::int64_t count) {
      return part_of(row, {0, 0, 0, from}, {row.shape[0], row.shape[1], 1, count}, chip);
    };
    while (width > 1) {
      const std::int64_t half = width / 2;
      e.tiu.arithmetic(Arithmetic::kMul, columns(0, half), columns(0, half), columns(width - half, half));
      width -= half;
    }
    e.tiu.copy(out, columns(0, 1));
  }
};

/// Along the lines of planes, (n, c, h, w) to (n, c, 1, w): no line is moved, and columns may be cut.
class ColumnReduceKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    if (!reduces_columns(context.node.as<Reduce>(), context.input(0))) return {};
    return {View::kImage};
  }

  Region needs(const NodeContext& context, View view, std::size_t, const Region& out) const override {
    Region region = out;
    region.end[2] = dims_of(view, context.input(0).shape)[2];
    return region;
  }

  bool takes_parts(const NodeContext&) const override { return false; }

  double cycles(const NodeContext& context, View, const Dims& out) const override {
    const std::int64_t lines = context.input(0).shape[2];
    return double(out[0] * ceil_div(out[1], context.chip.tiu.lanes) * ceil_div(out[3], 16) * lines) + 66;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& x = e.inputs[0].tensor;
    e.tiu.window(column_window(row_function(context.node.as<Reduce>().function), e.output.tensor, x, x.shape[2]));
  }

 private:
  static RowFunction row_function(ReduceFunction function) {
    if (function == ReduceFunction::kSum) return RowFunction::kSum;
    return function == ReduceFunction::kMean ? RowFunction::kMean : RowFunction::kMax;
  }
};

}  // namespace

bool reduces_columns(const Reduce& reduce, const Value& x) {
  constexpr std::int64_t kMostLines = 4096;
  const bool has_window = reduce.function <= ReduceFunction::kMax;
  return has_window && x.type == DataType::kF32 && x.shape.size() == 4 && reduce.axes == std::vector<std::int64_t>{2} &&
         x.shape[2] <= kMostLines && x.shape[3] > 1;
}

const Kernel& column_reduce_kernel() {
  static const ColumnReduceKernel kKernel;
  return kKernel;
}

const Kernel& reduce_kernel() {
  static const ReduceKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
