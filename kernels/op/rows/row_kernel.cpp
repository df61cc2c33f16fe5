// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/rows/row_kernel.h"

#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/weights.h"

namespace bmemu::kernels {

using isa::DataType;

std::vector<View> RowKernel::views(const NodeContext& context) const {
  const auto rank = static_cast<std::int64_t>(context.output().shape.size());
  if (rank < 2 || axis_of(context) != rank - 1) return {};
  return {View::kRows};
}

Region RowKernel::needs(const NodeContext& context, View view, std::size_t, const Region& out) const {
  Region region = out;
  region.begin[3] = 0;
  region.end[3] = dims_of(view, context.input(0).shape)[3];
  return region;
}

bool RowKernel::can_cut(const NodeContext&, View, std::size_t dimension) const { return dimension != 3; }
bool RowKernel::takes_parts(const NodeContext&) const { return false; }

Dims RowKernel::rows_of(const NodeContext& context, View view, const Dims& out) {
  return {out[0], out[1], 1, dims_of(view, context.input(0).shape)[3]};
}

LocalTensor RowKernel::input_rows(const NodeContext& context, const Emission& e) const {
  const Region need = needs(context, e.view, 0, e.output.region);
  Dims begin{};
  for (std::size_t d = 0; d < 4; ++d) begin[d] = need.begin[d] - e.inputs[0].region.begin[d];
  return part_of(e.inputs[0].tensor, begin, need.size(), context.chip);
}

Parameter RowKernel::row_of(std::vector<float> numbers) {
  Parameter row;
  row.shape = {1, 1, 1, static_cast<std::int64_t>(numbers.size())};
  row.is_compact = false;
  row.for_all_lanes = true;
  row.data = packed_bytes(Constant{std::move(numbers)}, DataType::kF32);
  return row;
}

LocalTensor RowKernel::beside_rows(LocalTensor row, const Dims& shape) {
  row.stride[0] = row.stride[1] = 0;
  row.shape = shape;
  return row;
}

WideRows::WideRows(const NodeContext& context, const Emission& e, std::size_t count)
    : x(operand_part(e.inputs[0], e.output, context.chip)),
      y(e.output.tensor),
      e_(e),
      is_narrow_(e.output.tensor.type != DataType::kF32) {
  Scratch scratch(context.chip, e.scratch);
  const Dims shape = y.shape;
  for (std::size_t i = 0; i < count; ++i) tensors.push_back(scratch.tensor(DataType::kF32, shape, y.lane));
  for (LocalTensor& number : per_row) number = scratch.tensor(DataType::kF32, {shape[0], shape[1], 1, 1}, y.lane);
  if (is_narrow_) {
    const LocalTensor narrow = x;
    x = scratch.tensor(DataType::kF32, shape, y.lane);
    y = scratch.tensor(DataType::kF32, shape, y.lane);
    static_cast<Bm1684xTiu&>(e.tiu).cast(x, narrow, Rounding::kHalfEven);
  }
  reduction_offset = scratch.tensor(DataType::kF32, {1, 1, 1, 1}, 0).offset;
}

void WideRows::finish() {
  if (is_narrow_) static_cast<Bm1684xTiu&>(e_.tiu).cast(e_.output.tensor, y, Rounding::kHalfEven);
}

std::int64_t WideRows::bytes(const NodeContext& context, const Dims& out, std::size_t count) {
  const std::int64_t cast = context.output().type == DataType::kF32 ? 0 : 2;
  return (static_cast<std::int64_t>(count) + cast) * Scratch::bytes(context.chip, DataType::kF32, out) +
         2 * Scratch::bytes(context.chip, DataType::kF32, {out[0], out[1], 1, 1}) +
         row_reduction_bytes(context.chip, out);
}

}  // namespace bmemu::kernels
