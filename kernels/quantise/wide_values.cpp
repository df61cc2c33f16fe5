// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/wide_values.h"

#include <algorithm>

namespace bmemu::kernels {

std::vector<bool> wide_values(const Graph& graph) {
  std::vector<bool> is_wide(graph.values.size()), is_made_of_wide(graph.values.size());
  const auto at = [](const std::vector<bool>& list, ValueId id) -> bool { return list[static_cast<std::size_t>(id)]; };
  const auto is_index = [&](ValueId id) { return graph.value(id).type == isa::DataType::kI32; };
  for (const Node& node : graph.nodes) {
    const auto* binary = node.get_if<Binary>();
    const bool compares = binary && binary->function >= BinaryFunction::kEqual;
    const auto is_wide_input = [&](ValueId id) { return at(is_wide, id); };
    const auto is_known = [&](ValueId id) {
      return graph.value(id).constant != nullptr || is_index(id) || at(is_wide, id) || at(is_made_of_wide, id);
    };
    const bool is_exact =
        graph.output(node).is_exact || (compares && std::any_of(node.inputs.begin(), node.inputs.end(), is_wide_input));
    is_wide[static_cast<std::size_t>(node.output)] = is_exact && !is_index(node.output);
    is_made_of_wide[static_cast<std::size_t>(node.output)] =
        std::all_of(node.inputs.begin(), node.inputs.end(), is_known);
  }
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node)
    if (at(is_wide, node->output) || is_index(node->output))
      for (const ValueId id : node->inputs)
        if (at(is_made_of_wide, id) && !is_index(id)) is_wide[static_cast<std::size_t>(id)] = true;
  return is_wide;
}

}  // namespace bmemu::kernels
