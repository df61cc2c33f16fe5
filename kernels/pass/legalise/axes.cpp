// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rules that bring the axis of an operator to the end, and join axes that belong together.
#include <algorithm>
#include <numeric>

#include "kernels/op/kernel.h"
#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

std::int64_t rank_of(const Shape& shape) { return static_cast<std::int64_t>(shape.size()); }

std::int64_t product(const Shape& shape, std::size_t begin, std::size_t end) {
  std::int64_t result = 1;
  for (std::size_t i = begin; i < end; ++i) result *= shape[i];
  return result;
}

Shape permuted(const Shape& shape, const std::vector<std::int64_t>& order) {
  Shape result;
  for (const std::int64_t axis : order) result.push_back(shape[static_cast<std::size_t>(axis)]);
  return result;
}

std::vector<std::int64_t> inverse(const std::vector<std::int64_t>& order) {
  std::vector<std::int64_t> result(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    result[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  return result;
}

/// All axes, `moved` last.
std::vector<std::int64_t> with_last(std::int64_t rank, const std::vector<std::int64_t>& moved) {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < rank; ++i)
    if (std::find(moved.begin(), moved.end(), i) == moved.end()) order.push_back(i);
  order.insert(order.end(), moved.begin(), moved.end());
  return order;
}

bool is_identity(const std::vector<std::int64_t>& order) {
  for (std::size_t i = 0; i < order.size(); ++i)
    if (order[i] != static_cast<std::int64_t>(i)) return false;
  return true;
}

/// Rows of what the moved axes hold: (1, rows, columns).
ValueId as_rows(Rewriter& r, const Node& node, ValueId x, const std::vector<std::int64_t>& axes) {
  const Shape shape = r.value(x).shape;
  const isa::DataType type = r.value(x).type;
  const auto order = with_last(rank_of(shape), axes);
  const Shape moved = permuted(shape, order);
  if (!is_identity(order)) x = r.add(node, Permute{order}, {x}, moved, type);
  const std::size_t first = moved.size() - axes.size();
  return r.add(node, Reshape{}, {x}, {1, product(moved, 0, first), product(moved, first, moved.size())}, type);
}

}  // namespace

bool softmax_along_last_axis(Rewriter& r, const Node& node) {
  const auto* softmax = node.get_if<Softmax>();
  if (softmax == nullptr) return false;
  const Shape shape = r.value(node.output).shape;
  if (softmax->axis == rank_of(shape) - 1 && shape.size() >= 2) return false;
  const isa::DataType type = r.value(node.output).type;
  const auto order = with_last(rank_of(shape), {softmax->axis});
  const Shape moved = permuted(shape, order);
  const ValueId rows = as_rows(r, node, node.inputs[0], {softmax->axis});
  const Shape row_shape = r.value(rows).shape;
  const ValueId result = r.add(node, Softmax{2}, {rows}, row_shape, type);
  if (is_identity(order)) {
    r.finish(node, Reshape{}, {result});
    return true;
  }
  const ValueId back = r.add(node, Reshape{}, {result}, moved, type);
  r.finish(node, Permute{inverse(order)}, {back});
  return true;
}

bool norm_over_last_axis(Rewriter& r, const Node& node) {
  const auto* norm = node.get_if<LayerNorm>();
  if (norm == nullptr) return false;
  const Shape shape = r.value(node.output).shape;
  if (norm->axis == rank_of(shape) - 1 && shape.size() >= 2) return false;
  const auto axis = static_cast<std::size_t>(norm->axis);
  const isa::DataType type = r.value(node.output).type;
  const Shape rows{1, product(shape, 0, axis), product(shape, axis, shape.size())};
  std::vector<ValueId> inputs = node.inputs;
  inputs[0] = r.add(node, Reshape{}, {inputs[0]}, rows, type);
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Value flat = r.value(inputs[i]);
    flat.shape = {rows[2]};
    inputs[i] = r.graph().add_value(std::move(flat));
  }
  const ValueId result = r.add(node, LayerNorm{2, norm->epsilon}, inputs, rows, type);
  r.finish(node, Reshape{}, {result});
  return true;
}

bool reduce_last_axis(Rewriter& r, const Node& node) {
  const auto* reduce = node.get_if<Reduce>();
  if (reduce == nullptr) return false;
  const Shape shape = r.value(node.inputs[0]).shape;
  if (reduce->axes.size() == 1 && reduce->axes[0] == rank_of(shape) - 1 && shape.size() >= 2) return false;
  if (reduces_columns(*reduce, r.value(node.inputs[0]))) return false;
  const ValueId rows = as_rows(r, node, node.inputs[0], reduce->axes);
  const std::int64_t count = r.value(rows).shape[1];
  const ValueId result = r.add(node, Reduce{reduce->function, {2}}, {rows}, {1, count, 1}, r.value(node.output).type);
  r.finish(node, Reshape{}, {result});
  return true;
}

bool arg_reduce_last_axis(Rewriter& r, const Node& node) {
  const auto* reduce = node.get_if<ArgReduce>();
  if (reduce == nullptr) return false;
  const Shape shape = r.value(node.inputs[0]).shape;
  if (reduce->axis == rank_of(shape) - 1 && shape.size() >= 2) return false;
  const ValueId rows = as_rows(r, node, node.inputs[0], {reduce->axis});
  const std::int64_t count = r.value(rows).shape[1];
  const ValueId result =
      r.add(node, ArgReduce{reduce->is_max, 2, reduce->takes_last}, {rows}, {1, count, 1}, r.value(node.output).type);
  r.finish(node, Reshape{}, {result});
  return true;
}

/// Only the scale of the bytes changes.
bool factor_of_bytes(Rewriter& r, const Node& node) {
  if (node.op() != Op::kUnary || !r.value(node.output).quantisation || node.requantisation) return false;
  r.finish(node, Reshape{}, node.inputs);
  return true;
}

/// Comparisons, powers, choices and reductions have no 16-bit form.
bool narrow_floats_computed_wide(Rewriter& r, const Node& node) {
  const isa::DataType narrow = r.value(node.inputs[0]).type;
  if (narrow != isa::DataType::kF16 && narrow != isa::DataType::kBf16) return false;
  if (node.op() == Op::kMatMul && node.inputs.size() > 2 && r.value(node.inputs[2]).type == narrow) {
    // Sums are wide, so is what is added to them.
    std::vector<ValueId> with_wide_bias = node.inputs;
    Value bias = r.value(node.inputs[2]);
    bias.type = isa::DataType::kF32;
    with_wide_bias[2] = r.graph().add_value(std::move(bias));
    r.finish(node, node.attributes, with_wide_bias);
    return true;
  }
  bool applies = node.op() == Op::kReduce || node.op() == Op::kArgReduce || node.op() == Op::kSelect;
  if (const auto* binary = node.get_if<Binary>())
    applies = binary->function == BinaryFunction::kPow || binary->function >= BinaryFunction::kPrelu;
  if (!applies) return false;
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    Value value = r.value(input);
    if (value.constant != nullptr) {
      value.type = isa::DataType::kF32;  // constants hold floats
      inputs.push_back(r.graph().add_value(std::move(value)));
    } else {
      inputs.push_back(
          value.type == isa::DataType::kF32 ? input : r.add(node, Cast{}, {input}, value.shape, isa::DataType::kF32));
    }
  }
  const isa::DataType out = r.value(node.output).type;
  if (out != narrow) {
    r.finish(node, node.attributes, inputs);
    return true;
  }
  const Shape shape = r.value(node.output).shape;
  r.finish(node, Cast{}, {r.add(node, node.attributes, inputs, shape, isa::DataType::kF32)});
  return true;
}

bool elementwise_of_low_rank(Rewriter& r, const Node& node) {
  if (node.op() != Op::kBinary && node.op() != Op::kSelect) return false;
  const Shape out = r.value(node.output).shape;
  bool same = true;
  for (const ValueId input : node.inputs) same &= r.value(input).shape == out || elements(r.value(input).shape) == 1;
  if (out.size() <= 4) return false;
  const isa::DataType type = r.value(node.output).type;
  // Neighbouring axes that repeat in the same inputs are one.
  std::vector<std::size_t> ends;  // behind each joined group of axes
  for (std::size_t i = 0; i < out.size(); ++i) {
    bool joins = i > 0;
    for (const ValueId input : node.inputs) {
      const Shape& shape = r.value(input).shape;
      if (joins && i > 0) joins = (shape[i] == out[i]) == (shape[i - 1] == out[i - 1]) || same;
    }
    if (joins)
      ends.back() = i + 1;
    else
      ends.push_back(i + 1);
  }
  const auto joined = [&](const Shape& shape) {
    Shape result;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      result.push_back(product(shape, begin, end));
      begin = end;
    }
    return result;
  };
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    ValueId x = input;
    if (ends.size() > 4 && r.value(input).shape != out) {
      x = r.add(node, Broadcast{}, {input}, out, r.value(input).type);
      inputs.push_back(x);
      continue;
    }
    if (ends.size() > 4) {
      inputs.push_back(x);
      continue;
    }
    inputs.push_back(r.add(node, Reshape{}, {x}, joined(r.value(input).shape), r.value(input).type));
  }
  if (ends.size() > 4) {
    bool repeats = false;
    for (const ValueId input : node.inputs) repeats |= r.value(input).shape != out;
    if (!repeats) {
      for (ValueId& input : inputs) input = r.add(node, Reshape{}, {input}, {elements(out)}, r.value(input).type);
      const ValueId flat = r.add(node, node.attributes, inputs, {elements(out)}, type);
      r.finish(node, Reshape{}, {flat});
      return true;
    }
    r.finish(node, node.attributes, inputs);
    return true;
  }
  const ValueId result = r.add(node, node.attributes, inputs, joined(out), type);
  r.finish(node, Reshape{}, {result});
  return true;
}

}  // namespace bmemu::kernels
