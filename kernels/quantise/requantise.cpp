// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/requantise.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/graph/reference/reference.h"
#include "kernels/quantise/quantise.h"

namespace bmemu::kernels {
namespace {

double scale_of(const Value& value) { return static_cast<double>(value.quantisation->scale()); }

template <class T>
T saturated(double x) {
  const double low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  return static_cast<T>(std::clamp(std::round(x), low, high));
}

double largest(const float* data, std::size_t count, std::size_t stride = 1) {
  double found = 0;
  for (std::size_t i = 0; i < count; ++i) found = std::max(found, std::abs(static_cast<double>(data[i * stride])));
  return found;
}

template <class T>
ValueId add_quantised(Graph& graph, const Value& like, std::vector<T> data, isa::DataType type, const char* suffix) {
  Value value{like.name + suffix, like.shape, type, nullptr, {}, {}};
  value.constant = std::make_shared<const Constant>(Constant{std::move(data)});
  return graph.add_value(std::move(value));
}

/// Weights seen as output channels: channel of element i is i / run % channels.
struct Channels {
  std::size_t count = 1, run = 1;
  std::size_t of(std::size_t i) const { return i / run % count; }
};

/// BM1684X: the bias in 32-bit words; `unit_of(c)` is what one is worth in channel c.
template <class UnitOf>
void set_word_bias(Graph& graph, Node& node, const UnitOf& unit_of) {
  const Value like = graph.input(node, 2);
  const std::vector<float> bias = like.constant->floats();
  std::vector<std::int32_t> words(bias.size());
  for (std::size_t c = 0; c < bias.size(); ++c)
    words[c] = saturated<std::int32_t>(static_cast<double>(bias[c]) / unit_of(c));
  node.inputs[2] = add_quantised(graph, like, std::move(words), isa::DataType::kI32, "/i32");
}

/// BM1684X: weights in 127ths of their channel's largest; a factor per channel (products: one) back to bytes.
void set_per_channel(Graph& graph, Node& node, const std::vector<float>& weights, const Channels& channels) {
  const double in = scale_of(graph.input(node, 0)), out = scale_of(graph.output(node));
  const bool is_product = node.op() == Op::kMatMul;
  std::vector<double> scale(channels.count, 0);
  for (std::size_t i = 0; i < weights.size(); ++i)
    scale[channels.of(i)] = std::max(scale[channels.of(i)], std::abs(static_cast<double>(weights[i])) / 127);
  if (is_product) std::fill(scale.begin(), scale.end(), *std::max_element(scale.begin(), scale.end()));
  for (double& s : scale)
    if (s == 0) s = 1;
  std::vector<std::int8_t> bytes(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    bytes[i] = saturated<std::int8_t>(static_cast<double>(weights[i]) / scale[channels.of(i)]);
  Requantisation requantisation;
  for (std::size_t c = 0; c < (is_product ? 1 : channels.count); ++c) {
    const FixedFactor factor = fixed_factor(in * scale[c] / out, 30);
    requantisation.multiplier.push_back(factor.multiplier);
    requantisation.shift.push_back(factor.shift);
  }
  const Value like = graph.input(node, 1);
  node.inputs[1] = add_quantised(graph, like, std::move(bytes), isa::DataType::kI8, "/i8");
  if (node.inputs.size() == 3) set_word_bias(graph, node, [&](std::size_t c) { return in * scale[c]; });
  node.requantisation = std::move(requantisation);
}

/// BM1684: the whole factor is in the weights; one shift, the largest for which weights fit in 8 and biases in 16 bits.
void set_one_shift(Graph& graph, Node& node, const std::vector<float>& weights, const std::vector<float>& bias) {
  const double in = scale_of(graph.input(node, 0)), out = scale_of(graph.output(node));
  const double weight = largest(weights.data(), weights.size()) * in / out;
  const double summand = largest(bias.data(), bias.size()) / out;
  int shift = 15;
  while (shift > 0 && (std::round(std::ldexp(weight, shift)) > 127 || std::round(std::ldexp(summand, shift)) > 32767))
    --shift;
  std::vector<std::int8_t> bytes(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    bytes[i] = saturated<std::int8_t>(std::ldexp(static_cast<double>(weights[i]) * in / out, shift));
  const Value like = graph.input(node, 1);
  node.inputs[1] = add_quantised(graph, like, std::move(bytes), isa::DataType::kI8, "/i8");
  if (!bias.empty()) {
    std::vector<std::int16_t> words(bias.size());
    for (std::size_t c = 0; c < bias.size(); ++c)
      words[c] = saturated<std::int16_t>(std::ldexp(static_cast<double>(bias[c]) / out, shift));
    const Value bias_like = graph.input(node, 2);
    node.inputs[2] = add_quantised(graph, bias_like, std::move(words), isa::DataType::kI16, "/i16");
  }
  node.requantisation = Requantisation{{}, {shift}, {}};
}

void set_weights(Graph& graph, Node& node, isa::Family family) {
  const std::vector<float> weights = graph.input(node, 1).constant->floats();
  const Shape& shape = graph.input(node, 1).shape;
  const bool is_product = node.op() == Op::kMatMul;
  const auto count = static_cast<std::size_t>(is_product ? shape[2] : shape[0]);
  if (family == isa::Family::kBm1684) {
    const bool has_bias = node.inputs.size() == 3;
    return set_one_shift(graph, node, weights,
                         has_bias ? graph.input(node, 2).constant->floats() : std::vector<float>());
  }
  set_per_channel(graph, node, weights, {count, is_product ? 1 : weights.size() / std::max<std::size_t>(1, count)});
}

/// Both sides variable: one factor; a bias is summed in the words of the product.
void set_product(Graph& graph, Node& node) {
  const double unit = scale_of(graph.input(node, 0)) * scale_of(graph.input(node, 1));
  const FixedFactor fixed = fixed_factor(unit / scale_of(graph.output(node)), 30);
  node.requantisation = Requantisation{{fixed.multiplier}, {fixed.shift}, {}};
  if (node.inputs.size() == 3) set_word_bias(graph, node, [&](std::size_t) { return unit; });
}

/// A constant beside quantised tensors: in 127ths of its largest.
void quantise_operand(Graph& graph, Node& node, std::size_t index) {
  const Value like = graph.input(node, index);
  if (!like.constant) return;
  const auto& numbers = like.constant->floats();
  const Quantisation quantisation{static_cast<float>(std::max(largest(numbers.data(), numbers.size()), 1e-30)), false};
  std::vector<std::int8_t> bytes(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    bytes[i] = saturated<std::int8_t>(static_cast<double>(numbers[i]) / static_cast<double>(quantisation.scale()));
  node.inputs[index] = add_quantised(graph, like, std::move(bytes), isa::DataType::kI8, "/i8");
  graph.value(node.inputs[index]).quantisation = quantisation;
}

void set_binary(Graph& graph, Node& node, isa::Family family) {
  for (std::size_t i = 0; i < 2; ++i) quantise_operand(graph, node, i);
  const double left = scale_of(graph.input(node, 0)), right = scale_of(graph.input(node, 1)),
               out = scale_of(graph.output(node));
  if (node.as<Binary>().function == BinaryFunction::kMul) {
    const FixedFactor factor = fixed_factor(left * right / out, family == isa::Family::kBm1684 ? 7 : 30);
    node.requantisation = Requantisation{{factor.multiplier}, {factor.shift}, {}};
    return;
  }
  const FixedFactor larger = fixed_factor(std::max(left, right) / out, 7);
  // Both in the shift of the larger one, before halving.
  int shift = larger.shift;
  while (shift < 31 && std::round(std::ldexp(std::max(left, right) / out, shift + 1)) <= 127) ++shift;
  auto a = static_cast<std::int32_t>(std::round(std::ldexp(left / out, shift)));
  auto b = static_cast<std::int32_t>(std::round(std::ldexp(right / out, shift)));
  while (shift > 0 && a % 2 == 0 && b % 2 == 0 && a + b > 0) {
    a /= 2;
    b /= 2;
    --shift;
  }
  if (node.as<Binary>().function == BinaryFunction::kSub) b = -b;
  node.requantisation = Requantisation{{a, b}, {shift}, {}};
}

/// The result for every byte of the input.
void set_table(Graph& graph, Node& node) {
  const Value &input = graph.input(node, 0), &output = graph.output(node);
  reference::Tensor<double> bytes{{256}, {}};
  for (int i = 0; i < 256; ++i)
    bytes.data.push_back((input.quantisation->is_unsigned || i < 128 ? i : i - 256) * scale_of(input));
  Graph one;
  one.inputs = {one.add_value({"x", {256}, isa::DataType::kF32, nullptr, {}, {}})};
  one.outputs = {one.add_node({"", "", node.attributes, {one.inputs[0]}, {}, {}}, "y", {256})};
  const auto results = reference::run<double>(one, {bytes})[0].data;
  Requantisation requantisation;
  for (const double y : results) {
    const double q = std::isnan(y) ? 0 : std::round(y / scale_of(output));
    const double low = output.quantisation->is_unsigned ? 0 : -128, high = output.quantisation->is_unsigned ? 255 : 127;
    requantisation.table.push_back(static_cast<std::uint8_t>(static_cast<int>(std::clamp(q, low, high)) & 255));
  }
  const auto& unary = node.as<Unary>();
  if (unary.function == UnaryFunction::kLeakyRelu && unary.alpha >= 0 && unary.alpha <= 1) {
    // max(x, x * slope), which the scale of x keeps in its range: cheaper than a table, and the table says the same.
    const FixedFactor factor = fixed_factor(static_cast<double>(unary.alpha), 7);
    requantisation.multiplier = {factor.multiplier};
    requantisation.shift = {factor.shift};
    for (int i = 0; i < 256; ++i) {
      const int x = input.quantisation->is_unsigned || i < 128 ? i : i - 256;
      const int half = factor.shift > 0 ? 1 << (factor.shift - 1) : 0;
      const int scaled = factor.shift < 31 ? (x * factor.multiplier + half) >> factor.shift : 0;
      requantisation.table[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(std::max(x, scaled) & 255);
    }
  }
  node.requantisation = std::move(requantisation);
}

void set_average(Graph& graph, Node& node) {
  const auto& pool = node.as<Pool>();
  if (pool.kind != PoolKind::kAverage) return;
  const auto window = static_cast<double>(pool.kernel[0] * pool.kernel[1] * pool.kernel[2]);
  const FixedFactor factor = fixed_factor(scale_of(graph.input(node, 0)) / scale_of(graph.output(node)) / window, 8);
  node.requantisation = Requantisation{{factor.multiplier}, {factor.shift}, {}};
}

}  // namespace

FixedFactor fixed_factor(double factor, unsigned bits, int largest_shift) {
  if (!(factor > 0)) return {};
  const double most = std::ldexp(1.0, static_cast<int>(bits)) - 1;
  int shift = largest_shift;
  while (shift > 0 && std::round(std::ldexp(factor, shift)) > most) --shift;
  FixedFactor fixed{static_cast<std::int32_t>(std::min(std::round(std::ldexp(factor, shift)), most)), shift};
  while (fixed.multiplier != 0 && fixed.multiplier % 2 == 0 && fixed.shift > 0) {
    fixed.multiplier /= 2;
    --fixed.shift;
  }
  return fixed;
}

void set_rescaling(const Graph& graph, Node& cast) {
  const Value &from = graph.input(cast, 0), &to = graph.output(cast);
  if (!from.quantisation || !to.quantisation) return;
  const FixedFactor factor = fixed_factor(scale_of(from) / scale_of(to), 7);
  cast.requantisation = Requantisation{{factor.multiplier}, {factor.shift}, {}};
}

void set_integer_numbers(Graph& graph, std::size_t index, isa::Family family) {
  Node node = graph.nodes[index];
  switch (node.op()) {
    case Op::kConv: set_weights(graph, node, family); break;
    case Op::kMatMul:
      if (graph.input(node, 1).constant)
        set_weights(graph, node, family);
      else
        set_product(graph, node);
      break;
    case Op::kBinary: set_binary(graph, node, family); break;
    case Op::kUnary: set_table(graph, node); break;
    case Op::kPool: set_average(graph, node); break;
    default: break;
  }
  graph.nodes[index] = std::move(node);
}

}  // namespace bmemu::kernels
