// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Local changes of a graph: who computes a value, who reads it, and replacing one by another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Contract: node indices stay valid until `finish`; a removed node reads and computes nothing. Between calls the graph
/// is consistent except for the order of nodes, which `finish` restores.
class Editor {
 public:
  explicit Editor(Graph& graph);

  Graph& graph() { return graph_; }
  std::size_t nodes() const { return graph_.nodes.size(); }
  Node& node(std::size_t index) { return graph_.nodes[index]; }
  bool is_removed(std::size_t index) const { return is_removed_[index]; }
  const Shape& shape(ValueId id) const { return graph_.value(id).shape; }

  /// The node that computes a value; null for constants and inputs.
  Node* producer(ValueId id);
  template <class T>
  const T* producer_as(ValueId id) {
    const Node* found = producer(id);
    return found ? found->get_if<T>() : nullptr;
  }
  /// One node reads it, once, and it is no output.
  bool has_one_reader(ValueId id) const;
  bool is_output(ValueId id) const;
  /// The numbers of a constant of floats; null for anything else.
  const std::vector<float>* floats(ValueId id) const;
  /// The only number of a constant; null when there are several or it is none.
  std::optional<float> number(ValueId id) const;

  /// Readers of the node's result read `replacement` instead and the node goes. False, and nothing changes, when the
  /// result is an output and `replacement` cannot take its name.
  bool replace(std::size_t index, ValueId replacement);
  /// The node goes; the one that computes its input `absorbed` computes its result instead. Both have one shape, or the
  /// caller has changed the attributes to fit.
  void absorb(std::size_t index, ValueId absorbed);
  void set_input(std::size_t index, std::size_t input, ValueId value);
  void set_inputs(std::size_t index, const std::vector<ValueId>& inputs);
  /// A new node before whatever reads it; returns its value.
  ValueId add(Node node, const std::string& name, const Shape& shape, isa::DataType type = isa::DataType::kF32);
  ValueId add_constant(const std::string& name, const Shape& shape, std::vector<float> data);

  /// Drops removed and dead nodes, and sorts those left.
  void finish();

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  void grow();
  void drop_reader(ValueId id, std::size_t node_index);

  Graph& graph_;
  std::vector<std::size_t> producer_;              ///< by value
  std::vector<std::vector<std::size_t>> readers_;  ///< by value; a node that reads twice is listed twice
  std::vector<bool> is_output_;
  std::vector<bool> is_removed_;
};

}  // namespace bmemu::kernels
