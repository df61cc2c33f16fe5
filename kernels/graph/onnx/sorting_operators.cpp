// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The first few in order.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

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
  const auto joined = [&](const std::vector<Operand>& parts) {
    return parts.size() == 1 ? parts[0] : node.emit(Concat{axis}, parts);
  };
  node.result(joined(values), 0);
  node.result(joined(indices), 1);
}

}  // namespace

void add_sorting_operators(ImporterTable& table) { table.insert({{"TopK", top_k}}); }

}  // namespace bmemu::kernels::onnx_import
