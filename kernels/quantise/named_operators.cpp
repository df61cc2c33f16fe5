// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/named_operators.h"

#include <fmt/format.h>

#include <vector>

#include "isa/error.h"

namespace bmemu::kernels {
namespace {

/// Tensors of `present` that are computed from node `first` of the imported graph with nothing of `present` between.
std::set<std::string> nearest_behind(const Graph& imported, std::size_t first,
                                     const std::vector<std::vector<std::size_t>>& readers_of,
                                     const std::set<std::string>& present) {
  std::set<std::string> found;
  std::set<std::size_t> seen{first};
  std::vector<std::size_t> open{first};
  while (!open.empty()) {
    const Node& node = imported.nodes[open.back()];
    open.pop_back();
    const std::string& name = imported.output(node).name;
    if (present.count(name) != 0) {
      found.insert(name);
      continue;
    }
    for (const std::size_t reader : readers_of[static_cast<std::size_t>(node.output)])
      if (seen.insert(reader).second) open.push_back(reader);
  }
  return found;
}

}  // namespace

std::set<std::string> operators_of(const std::set<std::string>& names, const Graph& imported, const Graph& graph) {
  if (names.empty()) return {};
  std::set<std::string> tensors, nodes, found, unknown = names;
  for (const Node& node : graph.nodes) {
    tensors.insert(graph.output(node).name);
    nodes.insert(node.name);
  }
  for (const std::string& name : names)
    if (tensors.count(name) + nodes.count(name) != 0) {
      found.insert(name);
      unknown.erase(name);
    }
  const auto readers_of = readers(imported);
  for (std::size_t i = 0; i < imported.nodes.size(); ++i)
    for (const std::string* name : {&imported.nodes[i].name, &imported.output(imported.nodes[i]).name}) {
      if (names.count(*name) == 0 || found.count(*name) != 0) continue;
      found.merge(nearest_behind(imported, i, readers_of, tensors));
      unknown.erase(*name);
    }
  if (!unknown.empty())
    throw Error({"E-QUANTISE-TABLE", graph.name, fmt::format("{}", fmt::join(unknown, ", ")),
                 "names of tensors or nodes of the model", "the table of types names what the model does not have"});
  return found;
}

}  // namespace bmemu::kernels
