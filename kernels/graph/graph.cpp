// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/graph.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "isa/error.h"

namespace bmemu::kernels {

std::int64_t elements(const Shape& shape) {
  std::int64_t count = 1;
  for (const auto size : shape)
    if (size == 0) return 0;
  for (const auto size : shape)
    if (__builtin_mul_overflow(count, size, &count)) return std::numeric_limits<std::int64_t>::max();
  return count;
}

std::string text(const Shape& shape) { return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x")); }

ValueId Graph::add_value(Value added) {
  std::size_t& number = ++times_named[added.name];
  std::string candidate = added.name;
  while (!names.insert(candidate).second) candidate = fmt::format("{}#{}", added.name, ++number);
  added.name = std::move(candidate);
  values.push_back(std::move(added));
  return static_cast<ValueId>(values.size() - 1);
}

ValueId Graph::add_constant(const std::string& value_name, Shape shape, std::vector<float> data) {
  Value added{value_name, std::move(shape), isa::DataType::kF32, nullptr, {}, {}};
  added.constant = std::make_shared<const Constant>(Constant{std::move(data)});
  return add_value(std::move(added));
}

ValueId Graph::add_indices(const std::string& value_name, Shape shape, std::vector<std::int32_t> data) {
  Value added{value_name, std::move(shape), isa::DataType::kI32, nullptr, {}, {}};
  added.constant = std::make_shared<const Constant>(Constant{std::move(data)});
  return add_value(std::move(added));
}

ValueId Graph::add_node(Node node, const std::string& value_name, Shape shape, isa::DataType type) {
  node.output = add_value({value_name, std::move(shape), type, nullptr, {}, {}});
  nodes.push_back(std::move(node));
  return nodes.back().output;
}

std::vector<std::vector<std::size_t>> readers(const Graph& graph) {
  std::vector<std::vector<std::size_t>> found(graph.values.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const ValueId input : graph.nodes[i].inputs) {
      auto& list = found[static_cast<std::size_t>(input)];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  return found;
}

void remove_dead(Graph& graph) {
  std::vector<bool> is_used(graph.values.size());
  const auto use = [&](ValueId id) { is_used[static_cast<std::size_t>(id)] = true; };
  for (const ValueId id : graph.inputs) use(id);
  for (const ValueId id : graph.outputs) use(id);
  std::vector<Node> nodes;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (!is_used[static_cast<std::size_t>(node->output)]) continue;
    for (const ValueId id : node->inputs) use(id);
    nodes.push_back(std::move(*node));
  }
  graph.nodes.assign(std::make_move_iterator(nodes.rbegin()), std::make_move_iterator(nodes.rend()));

  std::vector<ValueId> renumbered(graph.values.size());
  std::vector<Value> values;
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (!is_used[i]) {
      graph.names.erase(graph.values[i].name);
      continue;
    }
    renumbered[i] = static_cast<ValueId>(values.size());
    values.push_back(std::move(graph.values[i]));
  }
  graph.values = std::move(values);
  const auto renumber = [&](ValueId& id) { id = renumbered[static_cast<std::size_t>(id)]; };
  for (ValueId& id : graph.inputs) renumber(id);
  for (ValueId& id : graph.outputs) renumber(id);
  for (Node& node : graph.nodes) {
    for (ValueId& id : node.inputs) renumber(id);
    renumber(node.output);
  }
}

void check_size(const std::string& value_name, const Shape& shape) {
  double product = 1;
  for (const std::int64_t size : shape) product *= static_cast<double>(size);
  const std::int64_t count = elements(shape);
  if (count < 0 || count > kMostElements)
    throw Error({"E-KERNELS-MEMORY", fmt::format("tensor {}", value_name),
                 fmt::format("{}, {:.4g} elements", text(shape), product),
                 fmt::format("at most {} elements", kMostElements),
                 "a tensor is larger than what commands can address"});
}

void check_sizes(const Graph& graph) {
  for (const Value& value : graph.values) check_size(value.name, value.shape);
}

std::string first_inconsistency(const Graph& graph) {
  std::vector<bool> is_known(graph.values.size());
  for (std::size_t i = 0; i < graph.values.size(); ++i) is_known[i] = graph.values[i].constant != nullptr;
  for (const ValueId id : graph.inputs) is_known[static_cast<std::size_t>(id)] = true;
  for (const Node& node : graph.nodes) {
    const Value& output = graph.output(node);
    std::vector<Shape> shapes;
    for (const ValueId id : node.inputs) {
      if (!is_known[static_cast<std::size_t>(id)])
        return fmt::format("{} reads {} before it is computed", output.name, graph.value(id).name);
      shapes.push_back(graph.value(id).shape);
    }
    const auto shape = result_shape(node.attributes, shapes, output.shape);
    if (!shape) return fmt::format("inputs of {} ({}) do not fit the operator", output.name, name(node.op()));
    if (*shape != output.shape)
      return fmt::format("{} ({}) has shape {} instead of {}", output.name, name(node.op()), text(output.shape),
                         text(*shape));
    if (is_known[static_cast<std::size_t>(node.output)]) return fmt::format("{} is computed twice", output.name);
    is_known[static_cast<std::size_t>(node.output)] = true;
  }
  for (const ValueId id : graph.outputs)
    if (!is_known[static_cast<std::size_t>(id)]) return fmt::format("nothing computes {}", graph.value(id).name);
  return {};
}

}  // namespace bmemu::kernels
