// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/reference/quantised.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/graph/reference/operators.h"

namespace bmemu::kernels::reference {
namespace {

/// Right shift, half up.
std::int64_t shifted(std::int64_t x, int shift) {
  return shift == 0 ? x : (x + (std::int64_t(1) << (shift - 1))) >> shift;
}

std::int64_t saturated(std::int64_t x, const Quantisation& to) {
  return std::clamp<std::int64_t>(x, to.is_unsigned ? 0 : -128, to.is_unsigned ? 255 : 127);
}

/// The integers of a tensor: of activations numbers over their scale, of weights themselves.
template <class T>
Tensor<T> integers(const Value& value, const View<T>& input) {
  Tensor<T> result{input.shape, std::vector<T>(input.data, input.data + elements(input.shape))};
  if (!value.quantisation) return result;
  const auto scale = static_cast<double>(value.quantisation->scale());
  const bool is_stored = value.constant != nullptr;  // constants hold their integers
  if (!is_stored)
    for (T& x : result.data) x = static_cast<T>(std::round(static_cast<double>(x) / scale));
  return result;
}

template <class T>
struct Integers {
  std::vector<Tensor<T>> tensors;
  std::vector<View<T>> views;
};

template <class T>
std::int64_t at(const Tensor<T>& tensor, std::int64_t index) {
  return static_cast<std::int64_t>(tensor.data[static_cast<std::size_t>(index)]);
}

/// Sums of products, back to bytes by one factor or one per channel.
template <class T>
void requantise(const Node& node, const Quantisation& to, Tensor<T>& sums) {
  const auto& numbers = *node.requantisation;
  const bool is_conv = node.op() == Op::kConv;
  const auto channels = static_cast<std::size_t>(is_conv ? sums.shape[1] : 1);
  const std::size_t run = is_conv ? sums.data.size() / static_cast<std::size_t>(sums.shape[0]) / channels : 1;
  for (std::size_t i = 0; i < sums.data.size(); ++i) {
    const std::size_t channel = i / run % channels;
    const auto pick = [&](const std::vector<std::int32_t>& list) { return list.size() == 1 ? list[0] : list[channel]; };
    auto x = static_cast<std::int64_t>(sums.data[i]);
    if (!numbers.multiplier.empty()) x *= pick(numbers.multiplier);
    sums.data[i] = static_cast<T>(saturated(shifted(x, pick(numbers.shift)), to));
  }
}

template <class T>
void add_binary(const Graph& graph, const Node& node, const Integers<T>& in, const Quantisation& to,
                Tensor<T>& result) {
  const auto& numbers = *node.requantisation;
  const bool is_product = node.as<Binary>().function == BinaryFunction::kMul;
  const std::array strides{broadcast_strides(graph.input(node, 0).shape, result.shape),
                           broadcast_strides(graph.input(node, 1).shape, result.shape)};
  walk(result.shape, strides, [&](std::int64_t i, const auto& offsets) {
    const std::int64_t a = at(in.tensors[0], offsets[0]), b = at(in.tensors[1], offsets[1]);
    const std::int64_t x =
        is_product ? a * b * numbers.multiplier[0] : a * numbers.multiplier[0] + b * numbers.multiplier[1];
    result.data[static_cast<std::size_t>(i)] = static_cast<T>(saturated(shifted(x, numbers.shift[0]), to));
  });
  if (node.as<Binary>().activation)
    for (T& x : result.data) x = std::max(x, T(0));
}

}  // namespace

template <class T>
Tensor<T> evaluate_quantised(const Graph& graph, const Node& node, const std::vector<View<T>>& inputs) {
  const Quantisation& to = *graph.output(node).quantisation;
  Integers<T> in;
  for (std::size_t i = 0; i < inputs.size(); ++i) in.tensors.push_back(integers(graph.input(node, i), inputs[i]));
  for (const auto& tensor : in.tensors) in.views.push_back(view(tensor));
  Tensor<T> result = zeros<T>(graph.output(node).shape);
  const auto& numbers = *node.requantisation;
  if (const auto* conv = node.get_if<Conv>()) {
    Conv plain = *conv;
    plain.activation.reset();
    compute(plain, in.views, result);
    requantise(node, to, result);
  } else if (node.get_if<MatMul>()) {
    compute(MatMul{}, in.views, result);
    requantise(node, to, result);
  } else if (const auto* pool = node.get_if<Pool>()) {
    // Sums: the average times the window's size.
    const auto window = static_cast<double>(pool->kernel[0] * pool->kernel[1] * pool->kernel[2]);
    Pool plain = *pool;
    plain.activation.reset();
    plain.count_pad = true;
    compute(plain, in.views, result);
    for (T& x : result.data) {
      const auto sum = static_cast<std::int64_t>(std::llround(static_cast<double>(x) * window));
      x = static_cast<T>(saturated(shifted(sum * numbers.multiplier[0], numbers.shift[0]), to));
    }
  } else if (node.get_if<Cast>()) {
    for (std::size_t i = 0; i < result.data.size(); ++i)
      result.data[i] = static_cast<T>(saturated(
          shifted(at(in.tensors[0], static_cast<std::int64_t>(i)) * numbers.multiplier[0], numbers.shift[0]), to));
  } else if (node.get_if<Binary>()) {
    add_binary(graph, node, in, to, result);
  } else {
    for (std::size_t i = 0; i < result.data.size(); ++i) {
      const int byte = numbers.table[static_cast<std::size_t>(at(in.tensors[0], static_cast<std::int64_t>(i)) & 255)];
      result.data[i] = static_cast<T>(!to.is_unsigned && byte > 127 ? byte - 256 : byte);
    }
  }
  const auto scale = static_cast<T>(to.scale());
  for (T& x : result.data) x *= scale;
  return result;
}

template Tensor<float> evaluate_quantised(const Graph&, const Node&, const std::vector<View<float>>&);
template Tensor<double> evaluate_quantised(const Graph&, const Node&, const std::vector<View<double>>&);

}  // namespace bmemu::kernels::reference
