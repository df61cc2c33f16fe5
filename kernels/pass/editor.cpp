// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/editor.h"

#include <algorithm>
#include <utility>

namespace bmemu::kernels {
namespace {

std::size_t at(ValueId id) { return static_cast<std::size_t>(id); }

/// Nodes in an order in which they can be computed, close to the one that they have.
void sort_nodes(Graph& graph) {
  std::vector<bool> is_known(graph.values.size(), true);
  for (const Node& node : graph.nodes) is_known[at(node.output)] = false;
  std::vector<std::size_t> maker(graph.values.size(), 0);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) maker[at(graph.nodes[i].output)] = i;
  std::vector<std::size_t> order, stack;
  for (std::size_t root = 0; root < graph.nodes.size(); ++root) {
    stack.push_back(root);
    while (!stack.empty()) {
      const std::size_t index = stack.back();
      const Node& node = graph.nodes[index];
      if (is_known[at(node.output)]) {
        stack.pop_back();
        continue;
      }
      bool is_ready = true;
      for (const ValueId id : node.inputs)
        if (!is_known[at(id)]) {
          stack.push_back(maker[at(id)]);
          is_ready = false;
        }
      if (!is_ready) continue;
      is_known[at(node.output)] = true;
      order.push_back(index);
      stack.pop_back();
    }
  }
  std::vector<Node> sorted;
  sorted.reserve(order.size());
  for (const std::size_t index : order) sorted.push_back(std::move(graph.nodes[index]));
  graph.nodes = std::move(sorted);
}

}  // namespace

Editor::Editor(Graph& graph) : graph_(graph), is_removed_(graph.nodes.size()) {
  grow();
  for (const ValueId id : graph.outputs) is_output_[at(id)] = true;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    producer_[at(graph.nodes[i].output)] = i;
    for (const ValueId id : graph.nodes[i].inputs) readers_[at(id)].push_back(i);
  }
}

void Editor::grow() {
  producer_.resize(graph_.values.size(), kNone);
  readers_.resize(graph_.values.size());
  is_output_.resize(graph_.values.size());
}

Node* Editor::producer(ValueId id) {
  const std::size_t index = producer_[at(id)];
  return index == kNone ? nullptr : &graph_.nodes[index];
}

bool Editor::has_one_reader(ValueId id) const { return readers_[at(id)].size() == 1 && !is_output_[at(id)]; }
bool Editor::is_output(ValueId id) const { return is_output_[at(id)]; }

const std::vector<float>* Editor::floats(ValueId id) const {
  const Value& value = graph_.value(id);
  return value.constant ? std::get_if<std::vector<float>>(&value.constant->data) : nullptr;
}

std::optional<float> Editor::number(ValueId id) const {
  const auto* list = floats(id);
  return list && list->size() == 1 ? std::optional(list->front()) : std::nullopt;
}

void Editor::drop_reader(ValueId id, std::size_t node_index) {
  auto& list = readers_[at(id)];
  const auto found = std::find(list.begin(), list.end(), node_index);
  if (found != list.end()) list.erase(found);
}

void Editor::set_input(std::size_t index, std::size_t input, ValueId value) {
  ValueId& slot = graph_.nodes[index].inputs[input];
  drop_reader(slot, index);
  slot = value;
  readers_[at(value)].push_back(index);
}

void Editor::set_inputs(std::size_t index, const std::vector<ValueId>& inputs) {
  for (const ValueId id : graph_.nodes[index].inputs) drop_reader(id, index);
  graph_.nodes[index].inputs = inputs;
  for (const ValueId id : inputs) readers_[at(id)].push_back(index);
}

bool Editor::replace(std::size_t index, ValueId replacement) {
  const ValueId result = graph_.nodes[index].output;
  if (is_output_[at(result)]) {
    // The output keeps its name: what computed the replacement computes the output itself.
    const std::size_t maker = producer_[at(replacement)];
    if (maker == kNone || is_output_[at(replacement)] || shape(result) != shape(replacement)) return false;
    set_inputs(index, {});
    is_removed_[index] = true;
    graph_.nodes[maker].output = result;
    producer_[at(result)] = maker;
    producer_[at(replacement)] = kNone;
    const auto list = readers_[at(replacement)];
    for (const std::size_t reader : list)
      for (std::size_t i = 0; i < graph_.nodes[reader].inputs.size(); ++i)
        if (graph_.nodes[reader].inputs[i] == replacement) set_input(reader, i, result);
    return true;
  }
  const auto list = readers_[at(result)];
  for (const std::size_t reader : list)
    for (std::size_t i = 0; i < graph_.nodes[reader].inputs.size(); ++i)
      if (graph_.nodes[reader].inputs[i] == result) set_input(reader, i, replacement);
  set_inputs(index, {});
  is_removed_[index] = true;
  producer_[at(result)] = kNone;
  return true;
}

void Editor::absorb(std::size_t index, ValueId absorbed) {
  const ValueId result = graph_.nodes[index].output;
  const std::size_t maker = producer_[at(absorbed)];
  set_inputs(index, {});
  is_removed_[index] = true;
  graph_.nodes[maker].output = result;
  producer_[at(result)] = maker;
  producer_[at(absorbed)] = kNone;
}

ValueId Editor::add(Node added, const std::string& name, const Shape& new_shape, isa::DataType type) {
  const auto inputs = added.inputs;
  const ValueId id = graph_.add_node(std::move(added), name, new_shape, type);
  grow();
  is_removed_.push_back(false);
  producer_[at(id)] = graph_.nodes.size() - 1;
  for (const ValueId input : inputs) readers_[at(input)].push_back(graph_.nodes.size() - 1);
  return id;
}

ValueId Editor::add_constant(const std::string& name, const Shape& new_shape, std::vector<float> data) {
  const ValueId id = graph_.add_constant(name, new_shape, std::move(data));
  grow();
  return id;
}

void Editor::finish() {
  std::vector<Node> kept;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
    if (!is_removed_[i]) kept.push_back(std::move(graph_.nodes[i]));
  graph_.nodes = std::move(kept);
  sort_nodes(graph_);
  remove_dead(graph_);
}

}  // namespace bmemu::kernels
