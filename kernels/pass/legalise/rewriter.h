// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Replaces nodes of a graph by others; used by rules of kernels/pass/legalise/legalise.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
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
              isa::DataType type, const char* suffix = "_part") {
    const ValueId output = graph_.add_value({value(origin.output).name + suffix, shape, type, {}, {}, {}});
    push(origin, std::move(attributes), std::move(inputs), output);
    return output;
  }
  /// The last node: its result is that of `origin`.
  void finish(const Node& origin, Attributes attributes, std::vector<ValueId> inputs) {
    push(origin, std::move(attributes), std::move(inputs), origin.output);
  }
  void keep(const Node& node) { nodes.push_back(node); }

  /// Other weights (oc, ic, kernel ...) made of elements of a constant: `place(oc, ic, tap)` is the element's index, or
  /// negative for a zero. Of the same type.
  template <class Place>
  ValueId add_weights(const Value& like, const char* suffix, const Shape& shape, Place place) {
    Value weights = like;
    weights.name += suffix;
    weights.shape = shape;
    auto constant = std::make_shared<Constant>(*like.constant);
    const std::int64_t taps = elements(shape) / shape[0] / shape[1];
    std::visit(
        [&](auto& data) {
          const auto from = data;
          data.clear();
          for (std::int64_t o = 0; o < shape[0]; ++o)
            for (std::int64_t i = 0; i < shape[1]; ++i)
              for (std::int64_t t = 0; t < taps; ++t) {
                const std::int64_t at = place(o, i, t);
                data.push_back(at < 0 ? 0 : from[static_cast<std::size_t>(at)]);
              }
        },
        constant->data);
    weights.constant = std::move(constant);
    return graph_.add_value(std::move(weights));
  }

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

// kernels/pass/legalise/axes.cpp
bool softmax_along_last_axis(Rewriter& r, const Node& node);
bool norm_over_last_axis(Rewriter& r, const Node& node);
bool reduce_last_axis(Rewriter& r, const Node& node);
bool arg_reduce_last_axis(Rewriter& r, const Node& node);
bool narrow_floats_computed_wide(Rewriter& r, const Node& node);
bool elementwise_of_low_rank(Rewriter& r, const Node& node);
bool factor_of_bytes(Rewriter& r, const Node& node);
// kernels/pass/legalise/long_rows.cpp
bool long_rows(Rewriter& r, const Node& node);
/// Whether `long_rows` applies: it asks for the local memory, as `fuse_attention` does.
bool has_long_rows(const Graph& graph, const Node& node, const isa::ChipSpec& chip);
// kernels/pass/legalise/attention.cpp: before all rules, where local memory has room for it.
void fuse_attention(Graph& graph, const isa::ChipSpec& chip);
bool has_room_for_attention(const Graph& graph, const Node& node, const isa::ChipSpec& chip);
// kernels/pass/legalise/windows.cpp
bool conv_of_patches(Rewriter& r, const Node& node);
bool conv_of_distant_taps(Rewriter& r, const Node& node);
/// Input channels that a convolution with weights (oc, ic, ...) can have: BM1684's field is short, and a lane holds the
/// weights of an output channel, and of the next one that is being loaded, beside a pixel of its input channels.
std::int64_t most_channels(const isa::ChipSpec& chip, const Shape& weights, isa::DataType type);
bool conv_of_many_channels(Rewriter& r, const Node& node);
/// Whether a convolution has more channels than that: rules ask for the local memory.
bool has_deep_weights(const Graph& graph, const Node& node, const isa::ChipSpec& chip);
bool conv_with_multiplier(Rewriter& r, const Node& node);
bool conv_of_many_groups(Rewriter& r, const Node& node);
bool pool_of_distant_windows(Rewriter& r, const Node& node);
bool windows_with_large_pads(Rewriter& r, const Node& node);
// kernels/pass/legalise/volumes.cpp
bool conv_of_volumes(Rewriter& r, const Node& node);
bool pool_of_volumes(Rewriter& r, const Node& node);
bool resize_of_volumes(Rewriter& r, const Node& node);
bool bytes_of_low_rank(Rewriter& r, const Node& node);
// kernels/pass/legalise/products.cpp
bool matmul_as_conv(Rewriter& r, const Node& node);
/// Products of any depth too: bytes on BM1684 have no other form.
bool matmul_as_conv_of_lines(Rewriter& r, const Node& node);
bool gather_as_product(Rewriter& r, const Node& node);

}  // namespace bmemu::kernels
