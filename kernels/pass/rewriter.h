// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Replaces nodes of a graph by others; used by rules of kernels/pass/legalise.cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Contract: a rule adds nodes whose last one computes the value of the node that it replaces.
class Rewriter {
 public:
  Rewriter(Graph& graph, const isa::ChipSpec& chip) : graph_(graph), chip_(chip) {}

  Graph& graph() { return graph_; }
  const isa::ChipSpec& chip() const { return chip_; }
  const Value& value(ValueId id) const { return graph_.value(id); }

  /// A node with a new result.
  ValueId add(const Node& origin, Attributes attributes, std::vector<ValueId> inputs, const Shape& shape,
              isa::DataType type) {
    const ValueId output = graph_.add_value({value(origin.output).name + "_part", shape, type, {}, {}, {}});
    push(origin, std::move(attributes), std::move(inputs), output);
    return output;
  }
  /// The last node: its result is that of `origin`.
  void finish(const Node& origin, Attributes attributes, std::vector<ValueId> inputs) {
    push(origin, std::move(attributes), std::move(inputs), origin.output);
  }
  void keep(const Node& node) { nodes.push_back(node); }

  std::vector<Node> nodes;  ///< of the new graph

 private:
  void push(const Node& origin, Attributes attributes, std::vector<ValueId> inputs, ValueId output) {
    Node node;
    node.name = origin.name;
    node.kind = origin.kind;
    node.attributes = std::move(attributes);
    node.inputs = std::move(inputs);
    node.output = output;
    node.requantisation = origin.requantisation;
    nodes.push_back(std::move(node));
  }

  Graph& graph_;
  const isa::ChipSpec& chip_;
};

/// A rule: whether it replaced the node.
using Rule = bool (*)(Rewriter& rewriter, const Node& node);

// kernels/pass/legalise_axes.cpp
bool softmax_along_last_axis(Rewriter& r, const Node& node);
bool norm_over_last_axis(Rewriter& r, const Node& node);
bool reduce_last_axis(Rewriter& r, const Node& node);
bool arg_reduce_last_axis(Rewriter& r, const Node& node);
bool narrow_floats_computed_wide(Rewriter& r, const Node& node);
bool long_rows(Rewriter& r, const Node& node);
bool elementwise_of_low_rank(Rewriter& r, const Node& node);
// kernels/pass/legalise_windows.cpp
bool conv_of_volumes(Rewriter& r, const Node& node);
bool pool_of_volumes(Rewriter& r, const Node& node);
bool conv_of_patches(Rewriter& r, const Node& node);
bool conv_of_distant_taps(Rewriter& r, const Node& node);
bool windows_with_large_pads(Rewriter& r, const Node& node);
bool resize_of_volumes(Rewriter& r, const Node& node);
bool matmul_as_conv(Rewriter& r, const Node& node);

}  // namespace bmemu::kernels
