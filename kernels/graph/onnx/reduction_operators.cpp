// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that look along axes: sums and the like, the largest, the first few in order.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using U = UnaryFunction;
using R = ReduceFunction;

std::vector<std::int64_t> all_axes(std::size_t rank) {
  std::vector<std::int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

Operand without_axes(NodeImport& node, Operand x, const std::vector<std::int64_t>& axes) {
  Shape shape;
  for (std::size_t i = 0; i < node.shape(x).size(); ++i)
    if (std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(i)) == axes.end())
      shape.push_back(node.shape(x)[i]);
  return node.reshape(x, shape);
}

/// log(sum(exp(x))) without overflow.
Operand log_sum_exp(NodeImport& node, Operand x, const std::vector<std::int64_t>& axes) {
  const Operand largest = node.reduce(R::kMax, x, axes);
  const Operand powers = node.unary(U::kExp, node.binary(BinaryFunction::kSub, x, largest));
  return node.binary(BinaryFunction::kAdd, node.unary(U::kLog, node.reduce(R::kSum, powers, axes)), largest);
}

Operand reduced(NodeImport& node, Operand x, const std::vector<std::int64_t>& axes) {
  const std::string& op = node.op();
  const auto square = [&] { return node.binary(BinaryFunction::kMul, x, x); };
  if (op == "ReduceSum") return node.reduce(R::kSum, x, axes);
  if (op == "ReduceMean") return node.reduce(R::kMean, x, axes);
  if (op == "ReduceMax") return node.reduce(R::kMax, x, axes);
  if (op == "ReduceMin") return node.reduce(R::kMin, x, axes);
  if (op == "ReduceProd") return node.reduce(R::kProd, x, axes);
  if (op == "ReduceL1") return node.reduce(R::kSum, node.unary(U::kAbs, x), axes);
  if (op == "ReduceL2") return node.unary(U::kSqrt, node.reduce(R::kSum, square(), axes));
  if (op == "ReduceSumSquare") return node.reduce(R::kSum, square(), axes);
  if (op == "ReduceLogSum") return node.unary(U::kLog, node.reduce(R::kSum, x, axes));
  return log_sum_exp(node, x, axes);
}

void reduce(NodeImport& node) {
  const Operand x = node.input(0);
  const std::size_t rank = node.shape(x).size();
  auto axes = node.integers_of(1, "axes").value_or(std::vector<std::int64_t>());
  const bool does_nothing = axes.empty() && node.integer("noop_with_empty_axes", 0) != 0;
  if (axes.empty() && !does_nothing) axes = all_axes(rank);
  for (auto& axis : axes) axis = NodeImport::axis_of(axis, rank);
  std::sort(axes.begin(), axes.end());
  Operand y = reduced(node, node.as_float(x), axes);
  if (node.integer("keepdims", 1) == 0) y = without_axes(node, y, axes);
  node.result(y.id == x.id ? node.emit(Reshape{}, {x}, node.shape(x)) : y);
}

template <bool IsMax>
void arg(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const std::int64_t axis = node.axis(0, node.shape(x).size());
  Operand y = node.emit(ArgReduce{IsMax, axis, node.integer("select_last_index", 0) != 0}, {x}, {}, Kind::kInteger);
  if (node.integer("keepdims", 1) == 0) y = without_axes(node, y, {axis});
  node.result(y);
}

/// Before operator set 13 all axes from `axis` on are one.
template <class Make>
void along_axis(NodeImport& node, Make make) {
  const Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  if (shape.empty()) throw Unsupported{"a scalar"};
  if (node.opset() >= 13) return node.result(make(x, node.axis(-1, shape.size())));
  const std::int64_t axis = node.axis(1, shape.size());
  if (axis + 1 == static_cast<std::int64_t>(shape.size())) return node.result(make(x, axis));
  const Shape joined{elements({shape.begin(), shape.begin() + axis}), elements({shape.begin() + axis, shape.end()})};
  node.result(node.reshape(make(node.reshape(x, joined), 1), shape));
}

void softmax(NodeImport& node) {
  along_axis(node, [&](Operand x, std::int64_t axis) { return node.emit(Softmax{axis}, {x}); });
}

void log_softmax(NodeImport& node) {
  along_axis(node, [&](Operand x, std::int64_t axis) {
    const Operand shifted = node.binary(BinaryFunction::kSub, x, node.reduce(R::kMax, x, {axis}));
    const Operand sum = node.reduce(R::kSum, node.unary(U::kExp, shifted), {axis});
    return node.binary(BinaryFunction::kSub, shifted, node.unary(U::kLog, sum));
  });
}

/// 1 for the largest element, 0 for all others.
void hardmax(NodeImport& node) {
  along_axis(node, [&](Operand x, std::int64_t axis) {
    const Shape shape = node.shape(x);
    const Operand index = node.as_float(node.emit(ArgReduce{true, axis, false}, {x}, {}, Kind::kInteger));
    Operand is_largest = node.binary(BinaryFunction::kEqual, node.places(shape, axis), index);
    is_largest.kind = Kind::kFloat;
    return is_largest;
  });
}

constexpr std::int64_t kMostTaken = 64;  ///< each takes a pass over the tensor

/// Largest, then the largest of what is left, and so on; of equal ones the first.
void top_k(NodeImport& node) {
  Operand rest = node.as_float(node.input(0));
  const Shape shape = node.shape(rest);
  const std::int64_t axis = node.axis(-1, shape.size()), size = shape[static_cast<std::size_t>(axis)];
  const std::int64_t count = node.opset() < 10 ? node.integer("k", 0) : node.constant_integers(1, "k").at(0);
  if (count < 1 || count > std::min(size, kMostTaken))
    throw Unsupported{fmt::format("{} of {} elements; 1 to {} are possible", count, size, kMostTaken)};
  const bool is_largest = node.integer("largest", 1) != 0;
  const float last = is_largest ? -std::numeric_limits<float>::infinity() : std::numeric_limits<float>::infinity();
  const Operand places = node.places(shape, axis, 0, Kind::kInteger);
  std::vector<Operand> values, indices;
  for (std::int64_t i = 0; i < count; ++i) {
    values.push_back(node.reduce(is_largest ? ReduceFunction::kMax : ReduceFunction::kMin, rest, {axis}));
    indices.push_back(node.emit(ArgReduce{is_largest, axis, false}, {rest}, {}, Kind::kInteger));
    if (i + 1 == count) break;
    const Operand is_taken = node.binary(BinaryFunction::kEqual, places, indices.back());
    rest = node.emit(Select{}, {is_taken, node.scalar(last, shape.size()), rest}, {}, rest.kind);
  }
  node.result(node.joined(std::move(values), axis), 0);
  node.result(node.joined(std::move(indices), axis), 1);
}

}  // namespace

void add_reduction_operators(ImporterTable& table) {
  for (const char* name : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
                           "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"})
    table[name] = reduce;
  table.insert({{"ArgMax", arg<true>},
                {"ArgMin", arg<false>},
                {"Hardmax", hardmax},
                {"LogSoftmax", log_softmax},
                {"Softmax", softmax},
                {"TopK", top_k}});
}

}  // namespace bmemu::kernels::onnx_import
