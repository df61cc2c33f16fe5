// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/fold_weights.h"

#include <algorithm>

namespace bmemu::kernels {
namespace {

/// y = x * factor + summand, one number each or one per channel.
struct Scaling {
  std::vector<float> factor{1}, summand{0};
};

float of_channel(const std::vector<float>& list, std::size_t channel) {
  return list.size() == 1 ? list[0] : list[channel];
}

/// What the node does to its first input, seen per index of `axis`; null when it does something else.
std::optional<Scaling> scaling_of(Editor& editor, std::size_t index, std::size_t axis) {
  const Node& node = editor.node(index);
  if (const auto* unary = node.get_if<Unary>()) {
    if (unary->function != UnaryFunction::kAffine) return {};
    return Scaling{{unary->alpha}, {unary->beta}};
  }
  const auto* binary = node.get_if<Binary>();
  const auto* numbers = binary ? editor.floats(node.inputs[1]) : nullptr;
  if (numbers == nullptr || binary->activation) return {};
  const Shape& shape = editor.shape(node.output);
  Shape expected(shape.size(), 1);
  expected[axis] = shape[axis];
  if (editor.shape(node.inputs[0]) != shape || editor.shape(node.inputs[1]) != expected) return {};
  if (binary->function == BinaryFunction::kMul) return Scaling{*numbers, {0}};
  if (binary->function == BinaryFunction::kAdd) return Scaling{{1}, *numbers};
  if (binary->function != BinaryFunction::kSub) return {};
  std::vector<float> negative;
  for (const float number : *numbers) negative.push_back(-number);
  return Scaling{{1}, std::move(negative)};
}

/// Constants first are constants second: sums and products commute.
void put_constant_second(Editor& editor, std::size_t index) {
  const auto* binary = editor.node(index).get_if<Binary>();
  if (binary == nullptr) return;
  const bool commutes = binary->function == BinaryFunction::kAdd || binary->function == BinaryFunction::kMul;
  const std::vector<ValueId> inputs = editor.node(index).inputs;
  if (commutes && editor.floats(inputs[0]) && !editor.floats(inputs[1]))
    editor.set_inputs(index, {inputs[1], inputs[0]});
}

/// Bias with one number per channel; zeros when there is none.
std::vector<float> scaled_bias(Editor& editor, const Node& maker, std::size_t channels, const Scaling& scaling) {
  std::vector<float> bias(channels);
  if (maker.inputs.size() == 3) bias = *editor.floats(maker.inputs[2]);
  for (std::size_t c = 0; c < channels; ++c)
    bias[c] = bias[c] * of_channel(scaling.factor, c) + of_channel(scaling.summand, c);
  return bias;
}

bool is_one(const std::vector<float>& factor) {
  return std::all_of(factor.begin(), factor.end(), [](float x) { return x == 1; });
}

}  // namespace

bool fold_into_weights(Editor& editor, std::size_t index) {
  put_constant_second(editor, index);
  const ValueId input = editor.node(index).inputs[0];
  const Node* maker = editor.producer(input);
  if (maker == nullptr || !editor.has_one_reader(input)) return false;
  const auto* conv = maker->get_if<Conv>();
  const auto* product = maker->get_if<MatMul>();
  if ((!conv && !product) || (conv ? conv->activation : product->activation)) return false;
  const auto* weights = editor.floats(maker->inputs[1]);
  if (maker->inputs.size() == 3 && !editor.floats(maker->inputs[2])) return false;
  const Shape shape = editor.shape(maker->inputs[1]);
  const std::size_t axis = conv ? 1 : 2;
  const auto scaling = scaling_of(editor, index, axis);
  if (!scaling || (!weights && !is_one(scaling->factor))) return false;
  const auto channels = static_cast<std::size_t>(conv ? shape[0] : shape[2]);
  std::vector<float> bias = scaled_bias(editor, *maker, channels, *scaling);
  std::vector<ValueId> inputs{maker->inputs[0], maker->inputs[1]};
  const std::string name = editor.graph().value(input).name;
  if (!is_one(scaling->factor)) {
    std::vector<float> scaled = *weights;
    const std::size_t run = scaled.size() / channels;  // of a convolution: weights of one channel are contiguous
    for (std::size_t i = 0; i < scaled.size(); ++i)
      scaled[i] *= of_channel(scaling->factor, conv ? i / run : i % channels);
    inputs[1] = editor.add_constant(name + "/weights", shape, std::move(scaled));
  }
  inputs.push_back(editor.add_constant(name + "/bias", {static_cast<std::int64_t>(channels)}, std::move(bias)));
  // The maker's index: it is the one node that computes `input`.
  for (std::size_t i = 0; i < editor.nodes(); ++i)
    if (!editor.is_removed(i) && editor.node(i).output == input) editor.set_inputs(i, inputs);
  editor.absorb(index, input);
  return true;
}

bool fold_padding(Editor& editor, std::size_t index) {
  const ValueId input = editor.node(index).inputs[0];
  const auto* pad = editor.producer_as<Pad>(input);
  if (pad == nullptr || pad->value != 0) return false;
  const std::size_t rank = pad->begin.size();
  for (std::size_t i = 0; i < 2; ++i)
    if (pad->begin[i] != 0 || pad->end[i] != 0) return false;
  Node& node = editor.node(index);
  auto* pool = std::get_if<Pool>(&node.attributes);
  auto* conv = std::get_if<Conv>(&node.attributes);
  if (pool && (pool->kind != PoolKind::kAverage || !pool->count_pad)) return false;
  if (conv && conv->insert != Spatial{}) return false;
  Spatial& begin = pool ? pool->pad_begin : conv->pad_begin;
  Spatial& end = pool ? pool->pad_end : conv->pad_end;
  for (std::size_t i = 2; i < rank; ++i) {
    begin[3 - rank + i] += pad->begin[i];
    end[3 - rank + i] += pad->end[i];
  }
  editor.set_input(index, 0, editor.producer(input)->inputs[0]);
  return true;
}

bool drop_idle_taps(Editor& editor, std::size_t index) {
  const auto* conv = editor.node(index).get_if<Conv>();
  const std::vector<float>* weights = conv ? editor.floats(editor.node(index).inputs[1]) : nullptr;
  if (weights == nullptr) return false;
  const Shape in = editor.shape(editor.node(index).inputs[0]), out = editor.shape(editor.node(index).output);
  const Shape all = editor.shape(editor.node(index).inputs[1]);
  for (std::size_t i = 2; i < in.size(); ++i) {
    Conv kept = *conv;
    const std::size_t axis = i + 3 - in.size();
    std::int64_t &kernel = kept.kernel[axis], &begin = kept.pad_begin[axis], &end = kept.pad_end[axis];
    const std::int64_t step = kept.dilation[axis];
    if (kept.insert[axis] != 0) continue;
    std::int64_t first = 0;
    for (; kernel > 1 && begin >= step && (out[i] - 1) * kept.stride[axis] < begin; ++first) --kernel, begin -= step;
    for (; kernel > 1 && end >= step && (kernel - 1) * step - begin >= in[i];) --kernel, end -= step;
    if (kernel == conv->kernel[axis]) continue;
    if (kernel == 1) kept.dilation[axis] = 1;
    Shape shape = all;
    shape[i] = kernel;
    std::int64_t inner = 1;
    for (std::size_t k = i + 1; k < all.size(); ++k) inner *= all[k];
    std::vector<float> those;
    for (std::int64_t outer = 0; outer < elements(all) / all[i] / inner; ++outer) {
      const auto from = weights->begin() + (outer * all[i] + first) * inner;
      those.insert(those.end(), from, from + kernel * inner);
    }
    const std::string name = editor.graph().value(editor.node(index).inputs[1]).name;
    editor.set_input(index, 1, editor.add_constant(name + "/taps", shape, std::move(those)));
    editor.node(index).attributes = kept;
    return true;
  }
  return false;
}

}  // namespace bmemu::kernels
