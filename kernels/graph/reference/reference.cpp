// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/reference/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "isa/error.h"
#include "kernels/graph/reference/operators.h"
#include "kernels/graph/reference/quantised.h"

namespace bmemu::kernels::reference {
namespace {

bool is_integer(isa::DataType type) {
  return type != isa::DataType::kF32 && type != isa::DataType::kF16 && type != isa::DataType::kBf16;
}

/// Quantised values are represented by the numbers that they stand for.
template <class T>
void cast(const Value& from, const Value& to, const View<T>& input, Tensor<T>& result) {
  std::copy_n(input.data, result.data.size(), result.data.begin());
  if (to.quantisation) {
    const auto scale = static_cast<T>(to.quantisation->scale());
    const T low = to.quantisation->is_unsigned ? T(0) : T(-128), high = to.quantisation->is_unsigned ? T(255) : T(127);
    for (T& x : result.data) x = std::clamp(std::round(x / scale), low, high) * scale;
  } else if (is_integer(to.type) && !is_integer(from.type)) {
    for (T& x : result.data) x = std::trunc(x);
  }
}

}  // namespace

template <class T>
Tensor<T> evaluate(const Graph& graph, const Node& node, const std::vector<View<T>>& inputs) {
  if (is_quantised(node)) return evaluate_quantised(graph, node, inputs);
  Tensor<T> result = zeros<T>(graph.output(node).shape);
  std::visit(
      [&](const auto& attributes) {
        if constexpr (std::is_same_v<std::decay_t<decltype(attributes)>, Cast>)
          cast(graph.input(node, 0), graph.output(node), inputs[0], result);
        else
          compute(attributes, inputs, result);
      },
      node.attributes);
  return result;
}

template <class T>
std::vector<T> numbers(const Constant& constant) {
  return std::visit([](const auto& data) { return std::vector<T>(data.begin(), data.end()); }, constant.data);
}

template <class T>
std::vector<Tensor<T>> run(const Graph& graph, const std::vector<Tensor<T>>& inputs, const Watcher<T>& watch) {
  if (inputs.size() != graph.inputs.size())
    throw Error({"E-GRAPH-INPUT", graph.name, std::to_string(inputs.size()), std::to_string(graph.inputs.size()),
                 "the network has another number of inputs"});
  std::vector<Tensor<T>> computed(graph.values.size());
  std::vector<std::size_t> reads(graph.values.size());
  for (const Node& node : graph.nodes)
    for (const ValueId id : node.inputs) ++reads[static_cast<std::size_t>(id)];
  for (const ValueId id : graph.outputs) ++reads[static_cast<std::size_t>(id)];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph.value(graph.inputs[i]);
    if (static_cast<std::int64_t>(inputs[i].data.size()) != elements(value.shape))
      throw Error({"E-GRAPH-INPUT", value.name, fmt::format("{} elements", inputs[i].data.size()), text(value.shape),
                   "an input has another size than the network's"});
    computed[static_cast<std::size_t>(graph.inputs[i])] = {value.shape, inputs[i].data};
    if (watch) watch(graph.inputs[i], inputs[i]);
  }
  const auto constant = [&](ValueId id) {
    auto& tensor = computed[static_cast<std::size_t>(id)];
    if (tensor.data.empty()) tensor = {graph.value(id).shape, numbers<T>(*graph.value(id).constant)};
  };
  for (const Node& node : graph.nodes) {
    std::vector<View<T>> views;
    for (const ValueId id : node.inputs) {
      const Value& value = graph.value(id);
      if constexpr (std::is_same_v<T, float>) {
        const auto* floats = value.constant ? std::get_if<std::vector<float>>(&value.constant->data) : nullptr;
        if (floats) {
          views.push_back({value.shape, floats->data()});
          continue;
        }
      }
      if (value.constant) constant(id);
      views.push_back(view(computed[static_cast<std::size_t>(id)]));
    }
    Tensor<T> result = evaluate(graph, node, views);
    if (watch) watch(node.output, result);
    computed[static_cast<std::size_t>(node.output)] = std::move(result);
    for (const ValueId id : node.inputs)
      if (--reads[static_cast<std::size_t>(id)] == 0) computed[static_cast<std::size_t>(id)] = {};
  }
  std::vector<Tensor<T>> outputs;
  for (const ValueId id : graph.outputs) {
    if (graph.value(id).constant) constant(id);
    outputs.push_back(computed[static_cast<std::size_t>(id)]);
  }
  return outputs;
}

template Tensor<float> evaluate(const Graph&, const Node&, const std::vector<View<float>>&);
template Tensor<double> evaluate(const Graph&, const Node&, const std::vector<View<double>>&);
template std::vector<float> numbers(const Constant&);
template std::vector<double> numbers(const Constant&);
template std::vector<Tensor<float>> run(const Graph&, const std::vector<Tensor<float>>&, const Watcher<float>&);
template std::vector<Tensor<double>> run(const Graph&, const std::vector<Tensor<double>>&, const Watcher<double>&);

}  // namespace bmemu::kernels::reference
