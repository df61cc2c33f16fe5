// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/pass/editor.h"
#include "kernels/pass/pass.h"

namespace bmemu::kernels {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

bool is_near(float a, double b) { return std::abs(static_cast<double>(a) - b) <= 1e-4 * std::abs(b); }

/// The unary operator that computes `id`, if it is this one.
const Node* unary_of(Editor& editor, ValueId id, U function) {
  const Node* node = editor.producer(id);
  const auto* unary = node ? node->get_if<Unary>() : nullptr;
  return unary && unary->function == function ? node : nullptr;
}

const Node* binary_of(Editor& editor, ValueId id, B function) {
  const Node* node = editor.producer(id);
  const auto* binary = node ? node->get_if<Binary>() : nullptr;
  return binary && binary->function == function && !binary->activation ? node : nullptr;
}

/// x and the factor of factor * x; (id, 1) when nothing multiplies.
std::pair<ValueId, float> without_factor(Editor& editor, ValueId id) {
  const Node* node = unary_of(editor, id, U::kAffine);
  return node && node->as<Unary>().beta == 0 ? std::pair(node->inputs[0], node->as<Unary>().alpha)
                                             : std::pair(id, 1.0F);
}

/// A clip from 0 on moves into the operator that computes its input.
bool fuse_activation(Editor& editor, std::size_t index) {
  const auto* clip = editor.node(index).get_if<Unary>();
  if (!clip || clip->function != U::kClip || clip->alpha != 0 || !(clip->beta > 0)) return false;
  const ValueId input = editor.node(index).inputs[0];
  Node* maker = editor.producer(input);
  if (maker == nullptr || !editor.has_one_reader(input)) return false;
  Activation* activation = nullptr;
  if (auto* conv = std::get_if<Conv>(&maker->attributes)) activation = &conv->activation;
  if (auto* pool = std::get_if<Pool>(&maker->attributes)) activation = &pool->activation;
  if (auto* product = std::get_if<MatMul>(&maker->attributes)) activation = &product->activation;
  if (auto* binary = std::get_if<Binary>(&maker->attributes)) activation = &binary->activation;
  if (activation == nullptr || *activation) return false;
  *activation = Relu{clip->beta};
  editor.absorb(index, input);
  return true;
}

/// x * f(x) where f makes a function that has a name.
std::optional<U> gated(Editor& editor, ValueId gate, ValueId x) {
  if (const Node* node = unary_of(editor, gate, U::kSigmoid); node && node->inputs[0] == x) return U::kSilu;
  if (const Node* node = unary_of(editor, gate, U::kHardSigmoid);
      node && node->inputs[0] == x && is_near(node->as<Unary>().alpha, 1.0 / 6) && node->as<Unary>().beta == 0.5F)
    return U::kHardSwish;
  if (const Node* node = unary_of(editor, gate, U::kTanh)) {
    const Node* softplus = unary_of(editor, node->inputs[0], U::kSoftplus);
    if (softplus && softplus->inputs[0] == x) return U::kMish;
  }
  return {};
}

/// The factor c when `gate` is c * (1 + erf(x / sqrt 2)).
std::optional<float> erf_gate(Editor& editor, ValueId gate, ValueId x) {
  const Node* affine = unary_of(editor, gate, U::kAffine);
  if (!affine || affine->as<Unary>().alpha != affine->as<Unary>().beta) return {};
  const Node* erf = unary_of(editor, affine->inputs[0], U::kErf);
  if (!erf) return {};
  const auto [inner, factor] = without_factor(editor, erf->inputs[0]);
  if (inner != x || !is_near(factor, 0.70710678118654752)) return {};
  return affine->as<Unary>().alpha;
}

bool fuse_product(Editor& editor, std::size_t index) {
  const auto* binary = editor.node(index).get_if<Binary>();
  if (!binary || binary->function != B::kMul || binary->activation) return false;
  const std::vector<ValueId> inputs = editor.node(index).inputs;
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId gate = inputs[i], other = inputs[1 - i];
    if (const auto function = gated(editor, gate, other)) {
      editor.node(index).attributes = Unary{*function, 0, 0};
      editor.set_inputs(index, {other});
      return true;
    }
    const auto [x, outer] = without_factor(editor, other);
    const auto factor = erf_gate(editor, gate, x);
    if (!factor) continue;
    // c * outer * x * (1 + erf(..)) is 2 * c * outer times gelu(x).
    const float rest = 2 * *factor * outer;
    if (std::abs(rest - 1) <= 1e-4F) {
      editor.node(index).attributes = Unary{U::kGelu, 0, 0};
      editor.set_inputs(index, {x});
      return true;
    }
    Node gelu{editor.node(index).name, editor.node(index).kind, Unary{U::kGelu, 0, 0}, {x}, {}, {}};
    const Shape shape = editor.shape(x);
    const ValueId value =
        editor.add(std::move(gelu), editor.graph().value(editor.node(index).output).name + "/gelu", shape);
    editor.node(index).attributes = Unary{U::kAffine, rest, 0};
    editor.set_inputs(index, {value});
    return true;
  }
  return false;
}

/// An affine function that undoes the one before it.
bool merge_affine(Editor& editor, std::size_t index) {
  auto* unary = std::get_if<Unary>(&editor.node(index).attributes);
  if (!unary || unary->function != U::kAffine) return false;
  const Node* before = unary_of(editor, editor.node(index).inputs[0], U::kAffine);
  if (before && editor.has_one_reader(editor.node(index).inputs[0])) {
    unary->beta += unary->alpha * before->as<Unary>().beta;
    unary->alpha *= before->as<Unary>().alpha;
    editor.set_input(index, 0, before->inputs[0]);
    return true;
  }
  return unary->beta == 0 && std::abs(unary->alpha - 1) <= 1e-6F && editor.replace(index, editor.node(index).inputs[0]);
}

/// The first of the last axes that a mean goes over; null when it does not go over all of them.
std::optional<std::int64_t> mean_axis(const Node* node, std::size_t rank) {
  const auto* reduce = node ? node->get_if<Reduce>() : nullptr;
  if (!reduce || reduce->function != ReduceFunction::kMean) return {};
  std::vector<std::int64_t> expected(reduce->axes.size());
  std::iota(expected.begin(), expected.end(), static_cast<std::int64_t>(rank - expected.size()));
  return reduce->axes == expected ? std::optional(expected.front()) : std::nullopt;
}

/// centred / sqrt(mean(centred^2) + epsilon), or the product with rsqrt.
bool fuse_layer_norm(Editor& editor, std::size_t index) {
  const auto* binary = editor.node(index).get_if<Binary>();
  if (!binary || binary->activation || (binary->function != B::kDiv && binary->function != B::kMul)) return false;
  const std::vector<ValueId> inputs = editor.node(index).inputs;
  for (std::size_t i = 0; i < 2; ++i) {
    if (i == 1 && binary->function == B::kDiv) return false;
    const ValueId centred = inputs[i];
    const Node* root = unary_of(editor, inputs[1 - i], binary->function == B::kDiv ? U::kSqrt : U::kRsqrt);
    const Node* biased = root ? unary_of(editor, root->inputs[0], U::kAffine) : nullptr;
    if (!biased || biased->as<Unary>().alpha != 1) continue;
    const std::size_t rank = editor.shape(centred).size();
    const Node* variance = editor.producer(biased->inputs[0]);
    const auto axis = mean_axis(variance, rank);
    const Node* square = axis ? binary_of(editor, variance->inputs[0], B::kMul) : nullptr;
    if (!square || square->inputs != std::vector{centred, centred}) continue;
    const Node* difference = binary_of(editor, centred, B::kSub);
    const Node* mean = difference ? editor.producer(difference->inputs[1]) : nullptr;
    if (mean_axis(mean, rank) != axis || mean->inputs[0] != difference->inputs[0]) continue;
    const ValueId x = difference->inputs[0];
    editor.node(index).attributes = LayerNorm{*axis, biased->as<Unary>().beta};
    editor.set_inputs(index, {x});
    return true;
  }
  return false;
}

/// Scale and bias behind a layer norm, of the shape that it normalises.
bool fuse_layer_norm_scale(Editor& editor, std::size_t index) {
  const auto* binary = editor.node(index).get_if<Binary>();
  if (!binary || binary->activation || (binary->function != B::kMul && binary->function != B::kAdd)) return false;
  const std::vector<ValueId> inputs = editor.node(index).inputs;
  for (std::size_t i = 0; i < 2; ++i) {
    const Node* norm = editor.producer(inputs[i]);
    const auto* numbers = editor.floats(inputs[1 - i]);
    if (!norm || norm->op() != Op::kLayerNorm || !numbers || !editor.has_one_reader(inputs[i])) continue;
    const Shape& shape = editor.shape(inputs[i]);
    const Shape normalised(shape.begin() + norm->as<LayerNorm>().axis, shape.end());
    if (static_cast<std::int64_t>(numbers->size()) != elements(normalised)) continue;
    // The numbers must lie along the normalised axes.
    const Shape& of_numbers = editor.shape(inputs[1 - i]);
    if (of_numbers.size() < normalised.size() ||
        !std::equal(normalised.rbegin(), normalised.rend(), of_numbers.rbegin()))
      continue;
    std::vector<float> scale(numbers->size(), 1), bias(numbers->size(), 0);
    if (norm->inputs.size() == 3) {
      if (!editor.floats(norm->inputs[1]) || !editor.floats(norm->inputs[2])) continue;
      scale = *editor.floats(norm->inputs[1]);
      bias = *editor.floats(norm->inputs[2]);
    }
    for (std::size_t k = 0; k < scale.size(); ++k) {
      if (binary->function == B::kMul) {
        scale[k] *= (*numbers)[k];
        bias[k] *= (*numbers)[k];
      } else {
        bias[k] += (*numbers)[k];
      }
    }
    const std::string name = editor.graph().value(inputs[i]).name;
    const ValueId x = norm->inputs[0];
    const ValueId new_scale = editor.add_constant(name + "/scale", normalised, std::move(scale));
    const ValueId new_bias = editor.add_constant(name + "/bias", normalised, std::move(bias));
    for (std::size_t k = 0; k < editor.nodes(); ++k)
      if (!editor.is_removed(k) && editor.node(k).output == inputs[i]) editor.set_inputs(k, {x, new_scale, new_bias});
    editor.absorb(index, inputs[i]);
    return true;
  }
  return false;
}

}  // namespace

void fuse(Graph& graph) {
  bool changes = true;
  while (changes) {
    changes = false;
    Editor editor(graph);
    for (std::size_t i = 0; i < editor.nodes(); ++i) {
      if (editor.is_removed(i)) continue;
      changes = fuse_activation(editor, i) || fuse_product(editor, i) || merge_affine(editor, i) ||
                fuse_layer_norm(editor, i) || fuse_layer_norm_scale(editor, i) || changes;
    }
    editor.finish();
  }
}

}  // namespace bmemu::kernels
