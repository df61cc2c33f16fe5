// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Products, softmax and products of attention as one operator, whose scores never leave local memory.
#include "kernels/op/product/attention.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "kernels/pass/editor.h"
#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

/// A product of two matrices and nothing more.
bool is_plain_product(const Node& node) {
  const auto* product = node.get_if<MatMul>();
  return product != nullptr && !product->activation && node.inputs.size() == 2 && !node.requantisation;
}

/// The node that computes `id`, behind reshapes, if nobody else reads anything on the way.
const Node* sole_maker(Editor& editor, ValueId id) {
  const Node* node = editor.has_one_reader(id) ? editor.producer(id) : nullptr;
  return node != nullptr && node->op() == Op::kReshape ? sole_maker(editor, node->inputs[0]) : node;
}

/// softmax(scale * scores + mask) where `scores` is a product, times the right side of a product.
struct Pattern {
  const Node* scores = nullptr;
  float scale = 1;  ///< of bytes: their scale
  std::optional<ValueId> mask;
  Shape mask_shape;  ///< (b or 1, m or 1, n)
};

bool is_byte(Editor& editor, ValueId id) { return editor.graph().value(id).quantisation.has_value(); }

/// What is added to scores (..., m, n), when it repeats over all that is before m or over nothing of it.
std::optional<Shape> mask_shape_of(const Shape& scores, const Shape& mask) {
  const std::size_t rank = scores.size();
  if (rank < 2 || mask.size() != rank || mask.back() != scores.back()) return {};
  std::int64_t all = 1, own = 1;
  for (std::size_t i = 0; i + 2 < rank; ++i) all *= scores[i], own *= mask[i];
  if (own != 1 && own != all) return {};
  return Shape{own, mask[rank - 2], mask[rank - 1]};
}

/// The product of bytes behind the cast of its scores.
bool find_scores_of_bytes(Editor& editor, const Node& cast, const Shape& weights, Pattern& found) {
  const auto& range = editor.graph().value(cast.inputs[0]).quantisation;
  if (!range || range->is_unsigned || found.scale != 1) return false;
  found.scale = range->scale();
  const Node* node = sole_maker(editor, cast.inputs[0]);
  const auto is_factor = [&] { return node->op() == Op::kUnary && !node->requantisation; };
  while (node != nullptr && is_factor()) node = sole_maker(editor, node->inputs[0]);
  if (node == nullptr || node->op() != Op::kMatMul || !node->requantisation || node->inputs.size() != 2) return false;
  found.scores = node;
  return editor.shape(node->output) == weights;
}

/// The product behind the additions and factors that a kernel does on the way.
bool find_scores(Editor& editor, ValueId id, const Shape& weights, Pattern& found) {
  const Node* node = sole_maker(editor, id);
  if (node == nullptr) return false;
  if (node->op() == Op::kCast) return find_scores_of_bytes(editor, *node, weights, found);
  if (is_plain_product(*node)) {
    found.scores = node;
    return editor.shape(node->output) == weights;
  }
  if (const auto* factor = node->get_if<Unary>()) {
    found.scale *= factor->alpha;
    return factor->function == UnaryFunction::kAffine && factor->beta == 0 &&
           find_scores(editor, node->inputs[0], weights, found);
  }
  const auto* sum = node->get_if<Binary>();
  if (sum == nullptr || sum->function != BinaryFunction::kAdd || sum->activation || found.mask || found.scale != 1)
    return false;
  const Shape& shape = editor.shape(node->output);
  if (shape.size() < 2 || shape.back() != weights[2] || shape[shape.size() - 2] != weights[1]) return false;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto mask_shape = mask_shape_of(shape, editor.shape(node->inputs[1 - i]));
    Pattern with_mask;
    if (!mask_shape || editor.shape(node->inputs[i]) != shape) continue;
    with_mask.mask = node->inputs[1 - i];
    with_mask.mask_shape = *mask_shape;
    if (!find_scores(editor, node->inputs[i], weights, with_mask)) continue;
    found = with_mask;
    return true;
  }
  return false;
}

std::optional<Pattern> pattern_at(Editor& editor, const Node& product) {
  const Shape weights = editor.shape(product.inputs[0]);
  const Node* softmax = sole_maker(editor, product.inputs[0]);
  if (softmax != nullptr && is_byte(editor, product.output) && softmax->op() == Op::kCast)
    softmax = sole_maker(editor, softmax->inputs[0]);
  if (softmax == nullptr || softmax->op() != Op::kSoftmax) return {};
  const Shape& shape = editor.shape(softmax->output);
  const bool is_last = softmax->as<Softmax>().axis + 1 == static_cast<std::int64_t>(shape.size());
  Pattern found;
  if (!is_last || shape.back() != weights.back() || !find_scores(editor, softmax->inputs[0], weights, found)) return {};
  return found;
}

/// Copies of `like` with other attributes: what is added to its graph.
class Additions {
 public:
  Additions(Editor& editor, const Node& like)
      : editor_(editor), name_(like.name), kind_(like.kind), result_(editor.graph().value(like.output).name) {}

  /// Of the type of its first input.
  ValueId add(Attributes attributes, std::vector<ValueId> inputs, const char* part, const Shape& shape) {
    const Value like = editor_.graph().value(inputs[0]);
    const ValueId id =
        editor_.add({name_, kind_, std::move(attributes), std::move(inputs), {}, {}}, result_ + part, shape, like.type);
    editor_.graph().value(id).quantisation = like.quantisation;
    return id;
  }

  /// Axes of `x` in another order: no data move when only those of size 1 change places.
  ValueId permuted(ValueId x, std::vector<std::int64_t> order, const char* part) {
    const Shape from = editor_.shape(x);
    Shape shape;
    std::vector<std::int64_t> moving;
    for (const std::int64_t axis : order) {
      shape.push_back(from[static_cast<std::size_t>(axis)]);
      if (shape.back() != 1) moving.push_back(axis);
    }
    if (std::is_sorted(moving.begin(), moving.end())) return add(Reshape{}, {x}, part, shape);
    return add(Permute{std::move(order)}, {x}, part, shape);
  }

  /// (b, rows, columns) as (b, columns, rows). A permutation that made it is changed instead of followed by another
  /// one.
  ValueId turned(ValueId x, const char* part) {
    const Shape shape = editor_.shape(x), result{shape[0], shape[2], shape[1]};
    const Node* maker = editor_.producer(x);
    if (maker != nullptr && maker->op() == Op::kReshape) maker = editor_.producer(maker->inputs[0]);
    const auto* permute = maker != nullptr ? maker->get_if<Permute>() : nullptr;
    if (permute != nullptr && permute->order.size() > 2) {
      const Shape& made = editor_.shape(maker->output);
      const std::size_t rank = made.size();
      if (made[rank - 2] == shape[1] && made[rank - 1] == shape[2]) {
        std::vector<std::int64_t> order = permute->order;
        std::swap(order[rank - 2], order[rank - 1]);
        const ValueId other = permuted(maker->inputs[0], std::move(order), part);
        return editor_.shape(other) == result ? other : add(Reshape{}, {other}, part, result);
      }
    }
    return permuted(x, {0, 2, 1}, part);
  }

 private:
  Editor& editor_;
  std::string name_, kind_, result_;
};

std::optional<std::size_t> only_reader(Editor& editor, ValueId id) {
  if (!editor.has_one_reader(id)) return {};
  for (std::size_t i = 0; i < editor.nodes(); ++i) {
    const auto& inputs = editor.node(i).inputs;
    if (!editor.is_removed(i) && std::find(inputs.begin(), inputs.end(), id) != inputs.end()) return i;
  }
  return {};
}

/// A permutation behind the node, and perhaps a reshape between them, when it can read the turned result as well.
std::optional<std::size_t> permutation_behind(Editor& editor, const Node& node) {
  const Shape& shape = editor.shape(node.output);
  auto reader = only_reader(editor, node.output);
  if (reader && editor.node(*reader).op() == Op::kReshape) reader = only_reader(editor, editor.node(*reader).output);
  if (!reader || editor.node(*reader).op() != Op::kPermute) return {};
  const Shape& read = editor.shape(editor.node(*reader).inputs[0]);
  const std::size_t rank = read.size();
  if (rank < 2 || read[rank - 2] != shape[1] || read[rank - 1] != shape[2]) return {};
  return reader;
}

/// Readers of the product's result read the turned one, (b, columns, rows).
void read_turned(Editor& editor, std::size_t index, Additions& added, ValueId turned) {
  const auto permute = permutation_behind(editor, editor.node(index));
  if (!permute) {
    editor.node(index).attributes = Permute{{0, 2, 1}};
    editor.set_inputs(index, {turned});
    return;
  }
  Shape shape = editor.shape(editor.node(*permute).inputs[0]);
  const auto last = static_cast<std::int64_t>(shape.size()) - 1;
  std::swap(shape[shape.size() - 2], shape.back());
  if (editor.shape(turned) != shape) turned = added.add(Reshape{}, {turned}, "/apart", shape);
  auto order = editor.node(*permute).as<Permute>().order;
  for (std::int64_t& axis : order) axis = axis == last ? last - 1 : axis == last - 1 ? last : axis;
  editor.node(*permute).attributes = Permute{order};
  editor.set_inputs(*permute, {turned});
}

/// What the operator reads. Nodes move when others are added, values do not.
struct Operands {
  ValueId query{}, turned_key{}, value{};
  isa::DataType type = isa::DataType::kF32;
};

/// Floats of one type and their mask, or bytes, whose mask is f32.
std::optional<Operands> operands_of(Editor& editor, const Node& product, const Pattern& pattern) {
  const Graph& graph = editor.graph();
  const bool of_bytes = is_byte(editor, product.output);
  if (of_bytes != pattern.scores->requantisation.has_value()) return {};
  Operands o{pattern.scores->inputs[0], pattern.scores->inputs[1], product.inputs[1], {}};
  o.type = graph.value(o.query).type;
  if (of_bytes) {
    const Node* cast = editor.producer(o.value);
    if (cast == nullptr || cast->op() != Op::kCast || !is_byte(editor, cast->inputs[0])) return {};
    o.value = cast->inputs[0];
  }
  const auto is_of_type = [&](ValueId id) { return graph.value(id).type == o.type; };
  if (!of_bytes && !(is_of_type(o.turned_key) && is_of_type(o.value) && is_of_type(product.output))) return {};
  const isa::DataType mask_type = of_bytes ? isa::DataType::kF32 : o.type;
  if (pattern.mask && graph.value(*pattern.mask).type != mask_type) return {};
  return o;
}

bool make_attention(Editor& editor, std::size_t index, const isa::ChipSpec& chip) {
  if (editor.is_removed(index) || !is_plain_product(editor.node(index))) return false;
  const auto pattern = pattern_at(editor, editor.node(index));
  if (!pattern) return false;
  const auto operands = operands_of(editor, editor.node(index), *pattern);
  if (!operands) return false;
  const auto [query, turned_key, value, type] = *operands;
  const auto requantisation = pattern->scores->requantisation;
  const Shape q = editor.shape(query), v = editor.shape(value);
  const bool is_turned = type == isa::DataType::kF32;
  AttentionProblem problem{q[0], q[1], v[1], q[2], v[2], type, is_turned};
  if (pattern->mask) problem.mask_b = pattern->mask_shape[0], problem.mask_m = pattern->mask_shape[1];
  if (!attention_fits(problem, chip)) return false;
  Additions added(editor, editor.node(index));
  const ValueId key = added.turned(turned_key, "/key");
  const Attention attention{pattern->scale, is_turned};
  std::vector<ValueId> inputs{query, key, value};
  if (pattern->mask) inputs.push_back(added.add(Reshape{}, {*pattern->mask}, "/mask", pattern->mask_shape));
  if (!is_turned) {
    editor.node(index).attributes = attention;
    editor.node(index).requantisation = requantisation;
    editor.set_inputs(index, inputs);
    return true;
  }
  inputs[0] = added.turned(query, "/query");
  inputs[2] = added.turned(value, "/value");
  if (pattern->mask) inputs[3] = added.turned(inputs[3], "/mask");
  const ValueId result = added.add(attention, inputs, "/turned", {q[0], v[2], q[1]});
  read_turned(editor, index, added, result);
  return true;
}

}  // namespace

void fuse_attention(Graph& graph, const isa::ChipSpec& chip) {
  Editor editor(graph);
  bool changed = false;
  for (std::size_t i = 0; i < editor.nodes(); ++i) changed |= make_attention(editor, i, chip);
  if (changed) editor.finish();
}

bool has_room_for_attention(const Graph& graph, const Node& node, const isa::ChipSpec& chip) {
  return node.op() != Op::kAttention || attention_fits(attention_problem_of({graph, node, chip}), chip);
}

}  // namespace bmemu::kernels
