// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/kernel.h"

#include <algorithm>

namespace bmemu::kernels {

Dims dims_of(View view, const Shape& shape) {
  const std::int64_t all = elements(shape);
  const std::size_t rank = shape.size();
  switch (view) {
    case View::kFlat: return {1, 1, 1, all};
    case View::kRows: {
      if (rank < 2) return {1, 1, 1, all};
      const std::int64_t rows = shape[rank - 2], columns = shape[rank - 1];
      return {rows * columns == 0 ? 1 : all / (rows * columns), rows, 1, columns};
    }
    case View::kImage: break;
  }
  switch (rank) {
    case 0: return {1, 1, 1, 1};
    case 1: return {1, shape[0], 1, 1};
    case 2: return {shape[0], shape[1], 1, 1};
    case 3: return {shape[0], shape[1], 1, shape[2]};
    default: {
      std::int64_t leading = 1;
      for (std::size_t i = 0; i + 3 < rank; ++i) leading *= shape[i];
      return {leading, shape[rank - 3], shape[rank - 2], shape[rank - 1]};
    }
  }
}

bool keeps_batches(View view, const Shape& shape) { return !shape.empty() && dims_of(view, shape)[0] == shape[0]; }

Region whole_region(const Dims& dims) { return {{0, 0, 0, 0}, dims}; }

Region united(const Region& a, const Region& b) {
  Region result;
  for (std::size_t d = 0; d < 4; ++d) {
    result.begin[d] = std::min(a.begin[d], b.begin[d]);
    result.end[d] = std::max(a.end[d], b.end[d]);
  }
  return result;
}

bool Kernel::can_cut(const NodeContext&, View, std::size_t) const { return true; }
std::vector<Parameter> Kernel::parameters(const NodeContext&) const { return {}; }
std::int64_t Kernel::scratch_bytes(const NodeContext&, View, const Dims&) const { return 0; }
bool Kernel::uses_exp(const NodeContext&) const { return false; }
bool Kernel::takes_parts(const NodeContext&) const { return true; }

std::vector<std::size_t> Kernel::tensor_inputs(const NodeContext& context) const {
  std::vector<std::size_t> result(context.node.inputs.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = i;
  return result;
}

double Kernel::cycles(const NodeContext& context, View, const Dims& out) const {
  const double rows = double(out[0]) * double(ceil_div(out[1], context.chip.tiu.lanes));
  const std::int64_t per_cycle =
      std::max<std::int64_t>(context.chip.tiu.eu_bytes / 4 / (context.is_bm1684() ? 2 : 1), 1);
  return rows * double(ceil_div(out[2] * out[3], per_cycle)) * 2;
}

std::string GlobalKernel::refusal(const NodeContext&) const { return {}; }

bool Storage::is_contiguous() const {
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && stride[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

Storage as_words(Storage storage, isa::Family family) {
  const isa::Unit unit = storage_unit(family, storage.type);
  if (unit.batches == 1 || storage.shape.empty()) return storage;
  storage.shape[0] = ceil_div(storage.shape[0], unit.batches);
  storage.type = isa::DataType::kI32;
  return storage;
}

namespace {

/// Joins dimensions [first, last) to one; the stride of the joined one, or nothing.
std::optional<std::int64_t> joined_stride(const Storage& s, std::size_t first, std::size_t last) {
  std::optional<std::int64_t> inner;  // of the innermost dimension that is not 1
  std::int64_t covered = 1;
  for (std::size_t i = last; i-- > first;) {
    if (s.shape[i] == 1) continue;
    if (!inner) {
      inner = s.stride[i];
    } else if (s.stride[i] != *inner * covered) {
      return std::nullopt;
    }
    covered *= s.shape[i];
  }
  return inner.value_or(1);
}

}  // namespace

std::optional<GlobalTensor> global_view(View view, const Storage& s, isa::Family family) {
  const Dims dims = dims_of(view, s.shape);
  GlobalTensor tensor = packed_tensor(family, s.type, dims, s.address);
  const std::size_t rank = s.shape.size();
  if (view == View::kFlat) {
    if (!s.is_contiguous()) return std::nullopt;
    return tensor;
  }
  if (view == View::kRows && rank < 2) {
    if (!s.is_contiguous()) return std::nullopt;
    return tensor;
  }
  const auto stride_of = [&](std::size_t i) { return s.stride[i]; };
  if (view == View::kRows) {
    const auto n = joined_stride(s, 0, rank - 2);
    if (!n) return std::nullopt;
    tensor.stride = {*n, stride_of(rank - 2), 1, stride_of(rank - 1)};
    return tensor;
  }
  switch (rank) {
    case 0: return tensor;
    case 1: tensor.stride = {1, stride_of(0), 1, 1}; return tensor;
    case 2: tensor.stride = {stride_of(0), stride_of(1), 1, 1}; return tensor;
    case 3: tensor.stride = {stride_of(0), stride_of(1), 1, stride_of(2)}; return tensor;
    default: {
      const auto n = joined_stride(s, 0, rank - 3);
      if (!n) return std::nullopt;
      tensor.stride = {*n, stride_of(rank - 3), stride_of(rank - 2), stride_of(rank - 1)};
      return tensor;
    }
  }
}

namespace {

bool has_bytes(const NodeContext& context) {
  const auto is_byte = [](const Value& v) { return v.type == isa::DataType::kI8 || v.type == isa::DataType::kU8; };
  return is_byte(context.output()) || (!context.node.inputs.empty() && is_byte(context.input(0)));
}

}  // namespace

const Kernel* kernel_of(const NodeContext& context) {
  if (has_bytes(context)) return integer_kernel_of(context);
  switch (context.node.op()) {
    case Op::kConv: return &conv_kernel();
    case Op::kPool: return &pool_kernel();
    case Op::kUnary: return &unary_kernel();
    case Op::kBinary: return &binary_kernel();
    case Op::kSelect: return &select_kernel();
    case Op::kSoftmax: return &softmax_kernel();
    case Op::kLayerNorm: return &layer_norm_kernel();
    case Op::kReduce:
      return reduces_columns(context.node.as<Reduce>(), context.input(0)) ? &column_reduce_kernel() : &reduce_kernel();
    case Op::kResize: return &resize_kernel();
    case Op::kArgReduce: return &arg_reduce_kernel();
    case Op::kCast: return &cast_kernel();
    default: return nullptr;
  }
}

const GlobalKernel* global_kernel_of(const NodeContext& context) {
  switch (context.node.op()) {
    case Op::kMatMul: return &matmul_kernel();
    case Op::kAttention: return &attention_kernel();
    case Op::kConcat:
    case Op::kSlice:
    case Op::kPad:
    case Op::kPermute:
    case Op::kReshape:
    case Op::kBroadcast: return &move_kernel();
    case Op::kGather: return &gather_kernel();
    default: return nullptr;
  }
}

}  // namespace bmemu::kernels
