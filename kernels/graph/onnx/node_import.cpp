// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/onnx/node_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "kernels/graph/reference/reference.h"

namespace bmemu::kernels::onnx_import {
namespace {

constexpr std::int64_t kSmall = 1 << 16;  ///< elements that are always worth computing at once

std::int32_t saturated(double x) {
  constexpr double kLow = std::numeric_limits<std::int32_t>::min(), kHigh = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp(x, kLow, kHigh));
}

/// The constant that `node` computes from constants.
template <class T>
Constant folded(const Graph& graph, const Node& node, Kind kind) {
  std::vector<reference::Tensor<T>> held;
  for (const ValueId id : node.inputs)
    held.push_back({graph.value(id).shape, reference::numbers<T>(*graph.value(id).constant)});
  std::vector<reference::View<T>> views;
  views.reserve(held.size());
  for (const auto& tensor : held) views.push_back(reference::view(tensor));
  const auto result = reference::evaluate<T>(graph, node, views);
  if (graph.output(node).type == isa::DataType::kI32) {
    std::vector<std::int32_t> data;
    for (const T x : result.data) data.push_back(saturated(static_cast<double>(x)));
    return {std::move(data)};
  }
  std::vector<float> data(result.data.begin(), result.data.end());
  if (kind == Kind::kInteger)
    for (float& x : data) x = std::trunc(x);
  return {std::move(data)};
}

}  // namespace

const onnx::AttributeProto* NodeImport::find(const std::string& key) const {
  for (const auto& attribute : node_.attribute())
    if (attribute.name() == key) return &attribute;
  return nullptr;
}

std::int64_t NodeImport::integer(const std::string& key, std::int64_t usual) const {
  const auto* found = find(key);
  return found ? found->i() : usual;
}

float NodeImport::number(const std::string& key, float usual) const {
  const auto* found = find(key);
  return found ? found->f() : usual;
}

std::string NodeImport::word(const std::string& key, const std::string& usual) const {
  const auto* found = find(key);
  return found ? found->s() : usual;
}

std::vector<std::int64_t> NodeImport::integers(const std::string& key, std::vector<std::int64_t> usual) const {
  const auto* found = find(key);
  return found ? std::vector<std::int64_t>(found->ints().begin(), found->ints().end()) : std::move(usual);
}

std::vector<float> NodeImport::numbers(const std::string& key) const {
  const auto* found = find(key);
  return found ? std::vector<float>(found->floats().begin(), found->floats().end()) : std::vector<float>();
}

std::vector<std::string> NodeImport::words(const std::string& key) const {
  const auto* found = find(key);
  return found ? std::vector<std::string>(found->strings().begin(), found->strings().end())
               : std::vector<std::string>();
}

const onnx::TensorProto* NodeImport::tensor(const std::string& key) const {
  const auto* found = find(key);
  return found && found->has_t() ? &found->t() : nullptr;
}

std::int64_t NodeImport::axis_of(std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis < -size || axis >= size) throw Unsupported{fmt::format("axis {} of a tensor of rank {}", axis, rank)};
  return axis < 0 ? axis + size : axis;
}

bool NodeImport::has_output(std::size_t index) const {
  return index < outputs() && !node_.output(static_cast<int>(index)).empty();
}

bool NodeImport::has(std::size_t index) const {
  return index < inputs() && !node_.input(static_cast<int>(index)).empty();
}

Operand NodeImport::input(std::size_t index) const {
  if (!has(index)) throw Unsupported{fmt::format("input {} is missing", index)};
  const Operand& found = state_.operands.at(node_.input(static_cast<int>(index)));
  if (found.parts) throw Unsupported{fmt::format("input {} is a sequence", index)};
  return found;
}

const std::vector<Operand>& NodeImport::sequence(std::size_t index) const {
  if (!has(index)) throw Unsupported{fmt::format("input {} is missing", index)};
  const Operand& found = state_.operands.at(node_.input(static_cast<int>(index)));
  if (!found.parts) throw Unsupported{fmt::format("input {} is no sequence", index)};
  return *found.parts;
}

std::vector<std::int64_t> NodeImport::constant_integers(std::size_t index, const std::string& what) const {
  const Value& found = value(input(index));
  if (!found.constant) throw Unsupported{fmt::format("{} is not constant ({})", what, found.name)};
  const auto numbers_of = reference::numbers<double>(*found.constant);
  std::vector<std::int64_t> list;
  list.reserve(numbers_of.size());
  for (const double x : numbers_of) list.push_back(static_cast<std::int64_t>(x));
  return list;
}

std::vector<float> NodeImport::floats_of(Operand operand, const std::string& what) const {
  const Value& found = value(operand);
  if (!found.constant) throw Unsupported{fmt::format("{} is not constant ({})", what, found.name)};
  return reference::numbers<float>(*found.constant);
}

std::vector<float> NodeImport::constant_floats(std::size_t index, const std::string& what) const {
  return floats_of(input(index), what);
}

std::optional<std::vector<std::int64_t>> NodeImport::integers_of(std::size_t index, const std::string& key) const {
  if (has(index)) return constant_integers(index, key);
  if (has_attribute(key)) return integers(key);
  return {};
}

void NodeImport::require_size(const Shape& shape_of_result) const { check_size(owner(), shape_of_result); }

const std::string& NodeImport::owner() const {
  const auto named = std::find_if(node_.output().begin(), node_.output().end(),
                                  [](const std::string& output) { return !output.empty(); });
  return named == node_.output().end() ? node_.name() : *named;
}

std::string NodeImport::name_of_new(const Attributes& attributes) const {
  std::string role(name(static_cast<Op>(attributes.index())));
  if (const auto* binary = std::get_if<Binary>(&attributes)) role = name(binary->function);
  if (const auto* unary = std::get_if<Unary>(&attributes)) role = name(unary->function);
  if (const auto* reduce = std::get_if<Reduce>(&attributes)) role = fmt::format("reduce_{}", name(reduce->function));
  return fmt::format("{}/{}", owner(), role);
}

Operand NodeImport::emit(Attributes attributes, const std::vector<Operand>& inputs, const Shape& stated,
                         std::optional<Kind> kind) {
  Node node{node_.name(), node_.op_type(), std::move(attributes), {}, {}, {}};
  const bool keeps_type = moves_elements(node.op());  // all others compute with floats
  const bool is_shape_arithmetic = node.op() == Op::kBinary && value(inputs.back()).type == isa::DataType::kI32;
  std::vector<Shape> shapes;
  for (const Operand& operand : inputs) {
    node.inputs.push_back(keeps_type || is_shape_arithmetic ? operand.id : as_float(operand).id);
    shapes.push_back(shape(operand));
  }
  const auto shape_of_result = result_shape(node.attributes, shapes, stated);
  if (!shape_of_result) {
    std::vector<std::string> texts;
    texts.reserve(shapes.size());
    for (const Shape& s : shapes) texts.push_back(text(s));
    throw Unsupported{fmt::format("inputs of shapes {} do not fit the operator", fmt::join(texts, ", "))};
  }
  require_size(*shape_of_result);
  const isa::DataType type = node.op() == Op::kArgReduce         ? isa::DataType::kI32
                             : keeps_type || is_shape_arithmetic ? value(inputs.front()).type
                                                                 : isa::DataType::kF32;
  const std::string new_name = name_of_new(node.attributes);
  const Kind kind_of_result = kind.value_or(inputs.front().kind);
  const bool is_same = node.op() == Op::kReshape && value(inputs.front()).is_exact;
  const ValueId made = state_.graph.add_node(std::move(node), new_name, *shape_of_result, type);
  state_.graph.value(made).is_exact =
      (kind_of_result == Kind::kInteger || state_.makes_exact || is_same) && type == isa::DataType::kF32;
  return fold({made, kind_of_result});
}

Operand NodeImport::fold(Operand computed) {
  Graph& graph = state_.graph;
  const Node& node = graph.nodes.back();
  std::int64_t read = 0;
  for (const ValueId id : node.inputs) {
    if (!graph.value(id).constant) return computed;
    read += elements(graph.value(id).shape);
  }
  const std::int64_t made = elements(graph.value(computed.id).shape);
  if (made > kSmall && made > 2 * read) return computed;  // a constant that only repeats another
  const bool is_small = made <= kSmall && read <= kSmall;
  graph.value(computed.id).constant = std::make_shared<const Constant>(
      is_small ? folded<double>(graph, node, computed.kind) : folded<float>(graph, node, computed.kind));
  graph.nodes.pop_back();
  return computed;
}

Operand NodeImport::constant(const Shape& shape_of_constant, std::vector<float> data, Kind kind) {
  return {state_.graph.add_constant(owner() + "/constant", shape_of_constant, std::move(data)), kind};
}

Operand NodeImport::indices(const Shape& shape_of_constant, std::vector<std::int32_t> data) {
  return {state_.graph.add_indices(owner() + "/constant", shape_of_constant, std::move(data)), Kind::kInteger};
}

Operand NodeImport::places(const Shape& like, std::int64_t axis, float first, Kind kind) {
  const std::int64_t size = like[static_cast<std::size_t>(axis)];
  require_size({size});
  std::vector<float> numbers(static_cast<std::size_t>(size));
  std::iota(numbers.begin(), numbers.end(), first);
  return constant(line_shape(like.size(), axis, size), std::move(numbers), kind);
}

Operand NodeImport::as_float(Operand x) {
  if (value(x).type == isa::DataType::kF32) return x;
  const Shape& same = shape(x);
  if (is_constant(x)) return constant(same, reference::numbers<float>(*value(x).constant), x.kind);
  return cast(x, "/float", isa::DataType::kF32, true);
}

Operand NodeImport::as_index(Operand x) {
  if (value(x).type == isa::DataType::kI32) return x;
  const Shape& same = shape(x);
  if (is_constant(x)) {
    const auto list = reference::numbers<double>(*value(x).constant);
    std::vector<std::int32_t> data;
    data.reserve(list.size());
    for (const double number_of : list) data.push_back(saturated(number_of));
    return indices(same, std::move(data));
  }
  return cast(x, "/index", isa::DataType::kI32, false);
}

Operand NodeImport::cast(Operand x, const char* role, isa::DataType type, bool is_exact) {
  const auto [known, is_new] = state_.casts.try_emplace(x.id);
  if (is_new) {
    Node node{node_.name(), node_.op_type(), Cast{}, {x.id}, {}, {}};
    known->second = state_.graph.add_node(std::move(node), value(x).name + role, Shape(shape(x)), type);
    state_.graph.value(known->second).is_exact = is_exact;
  }
  return {known->second, x.kind};
}

Operand NodeImport::binary(BinaryFunction function, Operand a, Operand b) {
  const bool compares = function >= BinaryFunction::kEqual;
  const bool is_shape_arithmetic = is_constant(a) && is_constant(b) && value(a).type == isa::DataType::kI32 &&
                                   value(b).type == isa::DataType::kI32 && !compares;
  if (!is_shape_arithmetic) {
    a = as_float(a);
    b = as_float(b);
  }
  const std::size_t rank = std::max(shape(a).size(), shape(b).size());
  for (Operand* operand : {&a, &b}) {
    Shape padded(rank - shape(*operand).size(), 1);
    padded.insert(padded.end(), shape(*operand).begin(), shape(*operand).end());
    *operand = reshape(*operand, padded);
  }
  const Kind kind = compares ? Kind::kBool : a.kind == Kind::kFloat ? b.kind : a.kind;
  Operand result_of = emit(Binary{function, {}}, {a, b}, {}, a.kind == Kind::kFloat && !compares ? Kind::kFloat : kind);
  if (function == BinaryFunction::kDiv && result_of.kind == Kind::kInteger && !is_constant(result_of)) {
    const Operand nudge = binary(BinaryFunction::kMul, unary(UnaryFunction::kSign, result_of), half_of_one_over(b));
    result_of = emit(Unary{UnaryFunction::kTrunc, 0, 0}, {binary(BinaryFunction::kAdd, result_of, nudge)});
  }
  return result_of;
}

Operand NodeImport::half_of_one_over(Operand divisor) {
  return in_f32([&] {
    const Operand one_over = unary(UnaryFunction::kReciprocal, unary(UnaryFunction::kAbs, Operand{divisor.id}));
    return unary(UnaryFunction::kAffine, one_over, 0.5F);
  });
}

void NodeImport::make_one_type(std::vector<Operand>& parts) {
  const bool is_mixed = std::any_of(parts.begin(), parts.end(),
                                    [&](const Operand& part) { return value(part).type != value(parts.front()).type; });
  if (is_mixed)
    for (Operand& part : parts) part = as_float(part);
}

Operand NodeImport::joined(std::vector<Operand> parts, std::int64_t axis) {
  make_one_type(parts);
  return parts.size() == 1 ? parts.front() : emit(Concat{axis}, parts);
}

Operand NodeImport::stacked(std::vector<Operand> parts, std::int64_t axis) {
  make_one_type(parts);
  for (Operand& part : parts) {
    Shape with_axis = shape(part);
    with_axis.insert(with_axis.begin() + std::min<std::int64_t>(axis, static_cast<std::int64_t>(with_axis.size())), 1);
    part = reshape(part, with_axis);
  }
  return joined(std::move(parts), axis);
}

Operand NodeImport::reshape(Operand x, const Shape& to) { return shape(x) == to ? x : emit(Reshape{}, {x}, to); }

Operand NodeImport::permute(Operand x, std::vector<std::int64_t> order) {
  return std::is_sorted(order.begin(), order.end()) ? x : emit(Permute{std::move(order)}, {x});
}

Operand NodeImport::broadcast(Operand x, const Shape& to) {
  Shape padded(to.size() - std::min(to.size(), shape(x).size()), 1);
  padded.insert(padded.end(), shape(x).begin(), shape(x).end());
  x = reshape(x, padded);
  return shape(x) == to ? x : emit(Broadcast{}, {x}, to);
}

Operand NodeImport::slice(Operand x, std::int64_t axis, std::int64_t start, std::int64_t size) {
  Shape sizes = shape(x);
  Slice slice_of{std::vector<std::int64_t>(sizes.size(), 0), std::vector<std::int64_t>(sizes.size(), 1)};
  const auto at = static_cast<std::size_t>(axis);
  if (start == 0 && size == sizes[at]) return x;
  sizes[at] = size;
  slice_of.start[at] = start;
  return emit(std::move(slice_of), {x}, sizes);
}

Operand NodeImport::reduce(ReduceFunction function, Operand x, std::vector<std::int64_t> axes) {
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes.empty() ? as_float(x) : emit(Reduce{function, std::move(axes)}, {as_float(x)});
}

Operand NodeImport::matmul(Operand left, Operand right, std::optional<Operand> bias) {
  std::vector<Operand> operands{as_float(left), as_float(right)};
  if (bias) operands.push_back(*bias);
  return emit(MatMul{}, operands);
}

void NodeImport::result(Operand operand, std::size_t index) {
  if (!has_output(index)) return;
  const std::string& output = node_.output(static_cast<int>(index));
  Graph& graph = state_.graph;
  Value& found = graph.value(operand.id);
  // What this node made takes its output's name; what another made keeps its own.
  if (found.name.rfind(owner() + "/", 0) == 0 && graph.names.insert(output).second) {
    graph.names.erase(found.name);
    found.name = output;
  }
  state_.operands[output] = operand;
}

void NodeImport::result_sequence(std::vector<Operand> parts) {
  if (!has_output(0)) return;
  Operand made;
  state_.sequences.push_back(std::move(parts));
  made.parts = &state_.sequences.back();
  state_.operands[node_.output(0)] = made;
}

}  // namespace bmemu::kernels::onnx_import
