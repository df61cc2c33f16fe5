// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/group.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"
#include "kernels/pass/group_search.h"

namespace bmemu::kernels {
namespace {

enum class Way : std::uint8_t { kView, kLocal, kGlobal };

/// How a node is computed, or why it is not.
struct Choice {
  Way way = Way::kView;
  std::string refusal;
};

Choice choose(const Setting& s, std::size_t node) {
  if (s.layouts.is_view[node]) return {};
  const NodeContext context{s.graph, s.graph.nodes[node], s.chip};
  if (const Kernel* kernel = kernel_of(context))
    if (!kernel->views(context).empty()) return {Way::kLocal, {}};
  if (const GlobalKernel* kernel = global_kernel_of(context)) return {Way::kGlobal, kernel->refusal(context)};
  std::string types = fmt::format("{}", isa::name(context.output().type));
  for (std::size_t i = 0; i < context.node.inputs.size(); ++i)
    types += fmt::format(" {} {}", isa::name(context.input(i).type), text(context.input(i).shape));
  return {Way::kGlobal, fmt::format("no kernel of {} for {}", name(context.node.op()), types)};
}

[[noreturn]] void refuse(const Setting& s, const std::vector<std::pair<std::size_t, std::string>>& refused) {
  std::string list;
  for (const auto& [node, reason] : refused)
    list += fmt::format("{}{} ({}): {}", list.empty() ? "" : "; ", s.graph.nodes[node].name, s.graph.nodes[node].kind,
                        reason);
  throw Error({"E-KERNELS-UNSUPPORTED", fmt::format("network {}", s.graph.name),
               fmt::format("{} nodes", refused.size()), "operators that have kernels, see docs/operators.md", list});
}

}  // namespace

std::vector<Unit> make_groups(const Setting& s, const CompileOptions& options, SearchReport* report) {
  std::vector<std::size_t> order;
  std::vector<Way> ways;
  std::vector<std::pair<std::size_t, std::string>> refused;
  for (std::size_t i = 0; i < s.graph.nodes.size(); ++i) {
    Choice choice = choose(s, i);
    if (!choice.refusal.empty()) refused.emplace_back(i, std::move(choice.refusal));
    if (choice.way == Way::kView) continue;
    order.push_back(i);
    ways.push_back(choice.way);
  }
  if (!refused.empty()) refuse(s, refused);

  std::vector<bool> is_global;
  is_global.reserve(ways.size());
  for (const Way way : ways) is_global.push_back(way == Way::kGlobal);
  GroupSearch search(s, order, is_global, options.layer_groups ? std::max<std::size_t>(options.longest_group, 1) : 1);
  const auto groups = options.search_budget ? search.within(*options.search_budget) : search.best_of_all();
  if (report != nullptr) *report = search.report();
  std::vector<Unit> units;
  units.reserve(groups.size());
  for (const FoundGroup& group : groups) units.push_back({group.plan, order[group.begin]});
  return units;
}

}  // namespace bmemu::kernels
