// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "kernels/graph/reference/reference.h"
#include "kernels/pass/editor.h"
#include "kernels/pass/fold_weights.h"
#include "kernels/pass/pass.h"

namespace bmemu::kernels {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

constexpr std::int64_t kSmall = 1 << 16;  ///< elements that are always worth computing now

/// All inputs are constant: so is the result, unless it would only repeat a smaller one.
bool compute_constant(Editor& editor, std::size_t index) {
  const Node& node = editor.node(index);
  Graph& graph = editor.graph();
  std::int64_t read = 0;
  std::vector<reference::Tensor<float>> held;
  for (const ValueId id : node.inputs) {
    if (!graph.value(id).constant) return false;
    read += elements(graph.value(id).shape);
  }
  const std::int64_t made = elements(graph.output(node).shape);
  if (node.inputs.empty() || editor.is_output(node.output) || graph.output(node).type != isa::DataType::kF32 ||
      (made > kSmall && made > 2 * read))
    return false;
  held.reserve(node.inputs.size());
  for (const ValueId id : node.inputs)
    held.push_back({graph.value(id).shape, reference::numbers<float>(*graph.value(id).constant)});
  std::vector<reference::View<float>> views;
  views.reserve(held.size());
  for (const auto& tensor : held) views.push_back(reference::view(tensor));
  auto result = reference::evaluate<float>(graph, node, views);
  const ValueId constant = editor.add_constant(graph.output(node).name, result.shape, std::move(result.data));
  return editor.replace(index, constant);
}

bool fold_reshape(Editor& editor, std::size_t index) {
  const ValueId input = editor.node(index).inputs[0];
  if (editor.shape(input) == editor.shape(editor.node(index).output)) return editor.replace(index, input);
  if (!editor.producer_as<Reshape>(input)) return false;
  editor.set_input(index, 0, editor.producer(input)->inputs[0]);
  return true;
}

bool fold_permute(Editor& editor, std::size_t index) {
  Node& node = editor.node(index);
  const ValueId input = node.inputs[0];
  auto& order = std::get<Permute>(node.attributes).order;
  if (const auto* before = editor.producer_as<Permute>(input)) {
    for (auto& axis : order) axis = before->order[static_cast<std::size_t>(axis)];
    editor.set_input(index, 0, editor.producer(input)->inputs[0]);
    return true;
  }
  // Axes of size 1 may move: the others alone keep the order of the elements or do not.
  std::vector<std::int64_t> moving;
  for (const auto axis : order)
    if (editor.shape(input)[static_cast<std::size_t>(axis)] != 1) moving.push_back(axis);
  if (!std::is_sorted(moving.begin(), moving.end())) return false;
  node.attributes = Reshape{};
  return true;
}

/// A binary operator whose one side is one number.
bool fold_binary_number(Editor& editor, std::size_t index) {
  Node& node = editor.node(index);
  const auto [function, activation] = std::get<Binary>(node.attributes);
  const auto left = editor.number(node.inputs[0]), right = editor.number(node.inputs[1]);
  if (activation || left.has_value() == right.has_value()) return false;
  const ValueId x = node.inputs[left ? 1 : 0];
  if (editor.shape(x) != editor.shape(node.output)) return false;
  const float c = left ? *left : *right;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::optional<Unary> unary;
  switch (function) {
    case B::kAdd: unary = Unary{U::kAffine, 1, c}; break;
    case B::kSub: unary = left ? Unary{U::kAffine, -1, c} : Unary{U::kAffine, 1, -c}; break;
    case B::kMul: unary = Unary{U::kAffine, c, 0}; break;
    case B::kDiv:
      if (right && c != 0) unary = Unary{U::kAffine, 1 / c, 0};
      if (left && c == 1) unary = Unary{U::kReciprocal, 0, 0};
      break;
    case B::kMin: unary = Unary{U::kClip, -kInfinity, c}; break;
    case B::kMax: unary = Unary{U::kClip, c, kInfinity}; break;
    case B::kPrelu:
      if (right) unary = Unary{U::kLeakyRelu, c, 0};
      break;
    default: break;
  }
  if (!unary) return false;
  node.attributes = *unary;
  editor.set_inputs(index, {x});
  return true;
}

bool fold_binary(Editor& editor, std::size_t index) {
  if (fold_binary_number(editor, index)) return true;
  const Node& node = editor.node(index);
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId other = node.inputs[1 - i];
    // The operator repeats what was repeated before it, as long as the other side has the whole size.
    if (editor.producer_as<Broadcast>(node.inputs[i]) && editor.shape(other) == editor.shape(node.output)) {
      editor.set_input(index, i, editor.producer(node.inputs[i])->inputs[0]);
      return true;
    }
  }
  const auto* divisors = node.as<Binary>().function == B::kDiv ? editor.floats(node.inputs[1]) : nullptr;
  if (divisors == nullptr || std::find(divisors->begin(), divisors->end(), 0.0F) != divisors->end()) return false;
  std::vector<float> factors;
  for (const float divisor : *divisors) factors.push_back(1 / divisor);
  const Value& value = editor.graph().value(node.inputs[1]);
  const ValueId constant = editor.add_constant(value.name + "/reciprocal", Shape(value.shape), std::move(factors));
  std::get<Binary>(editor.node(index).attributes).function = B::kMul;
  editor.set_input(index, 1, constant);
  return true;
}

bool fold_unary(Editor& editor, std::size_t index) {
  Node& node = editor.node(index);
  auto& unary = std::get<Unary>(node.attributes);
  const ValueId input = node.inputs[0];
  if (unary.function == U::kAffine && unary.alpha == 1 && unary.beta == 0) return editor.replace(index, input);
  const auto* before = editor.producer_as<Unary>(input);
  if (before && before->function == U::kAffine && unary.function == U::kAffine && editor.has_one_reader(input)) {
    unary.beta += unary.alpha * before->beta;
    unary.alpha = unary.alpha * before->alpha + 0.0F;  // a negative zero would be no zero to who asks for its bits
    editor.set_input(index, 0, editor.producer(input)->inputs[0]);
    return true;
  }
  if (before && before->function == U::kClip && unary.function == U::kClip && editor.has_one_reader(input)) {
    const float low = std::clamp(before->alpha, std::min(unary.alpha, unary.beta), unary.beta);
    const float high = std::clamp(before->beta, std::min(unary.alpha, unary.beta), unary.beta);
    unary.alpha = low;
    unary.beta = high;
    editor.set_input(index, 0, editor.producer(input)->inputs[0]);
    return true;
  }
  return false;
}

bool fold_cast(Editor& editor, std::size_t index) {
  const Node& node = editor.node(index);
  const Value &from = editor.graph().value(node.inputs[0]), &to = editor.graph().output(node);
  if (from.type != to.type || from.quantisation || to.quantisation) return false;
  return editor.replace(index, node.inputs[0]);
}

/// Elementwise operators move before a reshape, where they meet what computes their input.
bool sink_reshape(Editor& editor, std::size_t index) {
  const Node& node = editor.node(index);
  const ValueId reshaped = node.inputs[0];
  if (!editor.producer_as<Reshape>(reshaped) || !editor.has_one_reader(reshaped)) return false;
  const ValueId source = editor.producer(reshaped)->inputs[0];
  const Node* maker = editor.producer(source);
  if (maker == nullptr || maker->op() == Op::kReshape || maker->op() == Op::kPermute) return false;
  std::vector<ValueId> inputs{source};
  if (node.op() == Op::kBinary) {
    // The other side may only vary along a last axis that both shapes have.
    const auto* numbers = editor.floats(node.inputs[1]);
    const Shape &from = editor.shape(source), &to = editor.shape(node.output);
    if (!numbers || from.empty() || to.empty() || from.back() != to.back() || editor.shape(reshaped) != to)
      return false;
    if (static_cast<std::int64_t>(numbers->size()) != to.back() || editor.shape(node.inputs[1]).back() != to.back())
      return false;
    Shape row(from.size(), 1);
    row.back() = from.back();
    inputs.push_back(editor.add_constant(editor.graph().value(node.inputs[1]).name, row, *numbers));
  }
  Node moved = editor.node(index);
  moved.inputs = inputs;
  const Shape from = editor.shape(source);
  const ValueId computed = editor.add(moved, editor.graph().output(moved).name, from);
  editor.node(index).attributes = Reshape{};
  editor.set_inputs(index, {computed});
  return true;
}

bool fold_node(Editor& editor, std::size_t index) {
  if (compute_constant(editor, index)) return true;
  switch (editor.node(index).op()) {
    case Op::kReshape: return fold_reshape(editor, index);
    case Op::kPermute: return fold_permute(editor, index);
    case Op::kBinary:
      return fold_binary(editor, index) || fold_into_weights(editor, index) || sink_reshape(editor, index);
    case Op::kUnary:
      return fold_unary(editor, index) || fold_into_weights(editor, index) || sink_reshape(editor, index);
    case Op::kCast: return fold_cast(editor, index);
    case Op::kConv: return fold_padding(editor, index) || drop_idle_taps(editor, index);
    case Op::kPool: return fold_padding(editor, index);
    case Op::kConcat:
      return editor.node(index).inputs.size() == 1 && editor.replace(index, editor.node(index).inputs[0]);
    case Op::kSlice:
    case Op::kBroadcast:
      return editor.shape(editor.node(index).inputs[0]) == editor.shape(editor.node(index).output) &&
             (editor.node(index).op() == Op::kBroadcast ||
              editor.node(index).as<Slice>().step ==
                  std::vector<std::int64_t>(editor.shape(editor.node(index).output).size(), 1)) &&
             editor.replace(index, editor.node(index).inputs[0]);
    default: return false;
  }
}

/// The same operator on the same values is computed once.
bool share_equal_nodes(Graph& graph) {
  Editor editor(graph);
  std::map<std::string, ValueId> seen;
  bool changes = false;
  for (std::size_t i = 0; i < editor.nodes(); ++i) {
    const Node& node = editor.node(i);
    if (node.op() == Op::kResize || node.op() == Op::kConv) continue;
    std::string key = attributes_text(node.attributes) + text(graph.output(node).shape) + std::string(name(node.op()));
    for (const ValueId id : node.inputs) key += fmt::format(",{}", static_cast<std::size_t>(id));
    const auto [found, is_new] = seen.emplace(key, node.output);
    if (!is_new && !editor.is_output(node.output)) changes = editor.replace(i, found->second) || changes;
  }
  editor.finish();
  return changes;
}

}  // namespace

void fold(Graph& graph) {
  bool changes = true;
  while (changes) {
    changes = share_equal_nodes(graph);
    Editor editor(graph);
    for (std::size_t i = 0; i < editor.nodes(); ++i)
      while (!editor.is_removed(i) && fold_node(editor, i)) changes = true;
    editor.finish();
  }
}

}  // namespace bmemu::kernels
