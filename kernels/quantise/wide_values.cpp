// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/wide_values.h"

#include <algorithm>

namespace bmemu::kernels {
namespace {

bool is_square(const Graph& graph, const Node& node) {
  const auto* binary = node.get_if<Binary>();
  if (binary == nullptr) return false;
  if (binary->function == BinaryFunction::kMul) return node.inputs[0] == node.inputs[1];
  const Value& exponent = graph.input(node, 1);
  if (binary->function != BinaryFunction::kPow || !exponent.constant) return false;
  const auto& numbers = exponent.constant->floats();
  return std::all_of(numbers.begin(), numbers.end(), [](float x) { return x == 2; });
}

bool is_sum(const Node& node) {
  const auto* reduce = node.get_if<Reduce>();
  return reduce && (reduce->function == ReduceFunction::kSum || reduce->function == ReduceFunction::kMean);
}

bool is_root(const Node& node) {
  const auto* unary = node.get_if<Unary>();
  const auto* binary = node.get_if<Binary>();
  return (unary && (unary->function == UnaryFunction::kSqrt || unary->function == UnaryFunction::kRsqrt)) ||
         (binary && binary->function == BinaryFunction::kPow);
}

/// What comes between a sum of squares and its root: shifts, factors and limits by constants, another shape. And the
/// root.
bool leads_to_root(const Graph& graph, const Node& node) {
  if (const auto* unary = node.get_if<Unary>())
    return unary->function == UnaryFunction::kAffine || unary->function == UnaryFunction::kClip || is_root(node);
  if (node.op() == Op::kReshape) return true;
  return node.get_if<Binary>() != nullptr &&
         std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return graph.value(id).constant; });
}

}  // namespace

std::vector<bool> squares_of_norms(const Graph& graph) {
  std::vector<bool> is_square_of(graph.values.size()), is_wide(graph.values.size()), is_open(graph.values.size());
  const auto in = [](std::vector<bool>& list, ValueId id) { return list[static_cast<std::size_t>(id)]; };
  for (const Node& node : graph.nodes) {
    const ValueId output = node.output;
    if (is_square(graph, node)) in(is_square_of, output) = true;
    const bool sums = is_sum(node) && in(is_square_of, node.inputs[0]);
    const bool goes_on = leads_to_root(graph, node) && std::any_of(node.inputs.begin(), node.inputs.end(),
                                                                   [&](ValueId id) { return in(is_open, id); });
    if (sums) in(is_wide, node.inputs[0]) = true;
    in(is_wide, output) = sums || goes_on;
    in(is_open, output) = sums || (goes_on && !is_root(node));
  }
  return is_wide;
}

std::vector<bool> wide_values(const Graph& graph) {
  std::vector<bool> is_wide(graph.values.size()), is_made_of_wide(graph.values.size());
  const auto at = [](const std::vector<bool>& list, ValueId id) -> bool { return list[static_cast<std::size_t>(id)]; };
  const auto is_index = [&](ValueId id) { return graph.value(id).type == isa::DataType::kI32; };
  for (const Node& node : graph.nodes) {
    const auto* binary = node.get_if<Binary>();
    const bool compares = binary && binary->function >= BinaryFunction::kEqual;
    const auto is_wide_input = [&](ValueId id) { return at(is_wide, id); };
    const auto is_known = [&](ValueId id) {
      return graph.value(id).constant != nullptr || is_index(id) || at(is_wide, id) || at(is_made_of_wide, id);
    };
    const bool is_exact =
        graph.output(node).is_exact || (compares && std::any_of(node.inputs.begin(), node.inputs.end(), is_wide_input));
    is_wide[static_cast<std::size_t>(node.output)] = is_exact && !is_index(node.output);
    is_made_of_wide[static_cast<std::size_t>(node.output)] =
        std::all_of(node.inputs.begin(), node.inputs.end(), is_known);
  }
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node)
    if (at(is_wide, node->output) || is_index(node->output))
      for (const ValueId id : node->inputs)
        if (at(is_made_of_wide, id) && !is_index(id)) is_wide[static_cast<std::size_t>(id)] = true;
  return is_wide;
}

}  // namespace bmemu::kernels
