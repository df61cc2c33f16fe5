// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/packed_words.h"

#include <algorithm>

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kMostChannels = 4095;  ///< 12 bits
constexpr std::size_t kMostDimensions = 4;    ///< of operands that repeat

bool moves_within_batches(const Node& node) {
  if (const auto* permute = node.get_if<Permute>()) return permute->order.front() == 0;
  if (const auto* slice = node.get_if<Slice>()) return slice->start.front() == 0 && slice->step.front() == 1;
  if (const auto* concat = node.get_if<Concat>()) return concat->axis != 0;
  if (const auto* gather = node.get_if<Gather>()) return gather->axis != 0;
  return true;
}

}  // namespace

bool fits_packed_words(const Graph& graph, const Node& node) {
  const Shape& out = graph.output(node).shape;
  if (out.size() < 2) return false;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Value& input = graph.input(node, i);
    const bool is_operand = node.op() == Op::kBinary || node.op() == Op::kConcat;
    if (input.constant != nullptr && !is_operand) continue;  // weights and indices
    if (input.shape.size() < 2) return false;
    // A constant of one batch serves all.
    if (input.shape[0] != out[0] && (input.constant == nullptr || input.shape[0] != 1)) return false;
    if (input.constant != nullptr && input.shape[0] != 1) return false;
  }
  switch (node.op()) {
    case Op::kConv: {
      const std::int64_t channels = graph.input(node, 0).shape[1], groups = node.as<Conv>().groups;
      return (groups == channels && groups == out[1]) || channels <= kMostChannels;
    }
    case Op::kBinary: return out.size() <= kMostDimensions;
    case Op::kGather: return moves_within_batches(node) && graph.input(node, 1).constant != nullptr;
    default: return moves_within_batches(node);
  }
}

}  // namespace bmemu::kernels
