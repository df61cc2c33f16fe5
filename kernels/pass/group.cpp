// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/group.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "isa/error.h"

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
    types += fmt::format(" {}{}", isa::name(context.input(i).type), text(context.input(i).shape));
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

[[noreturn]] void does_not_fit(const Setting& s, std::size_t node, const PlanFailure& failure) {
  throw Error({"E-KERNELS-MEMORY", fmt::format("node {} ({})", s.graph.nodes[node].name, s.graph.nodes[node].kind),
               fmt::format("{}: {} bytes in a lane, {} too many", failure.tensor, failure.bytes,
                           failure.bytes - s.chip.local_memory.lane_bytes),
               fmt::format("at most {} bytes in a lane", s.chip.local_memory.lane_bytes),
               "the operator does not fit into local memory however it is cut"});
}

}  // namespace

std::vector<Unit> make_groups(const Setting& s, const CompileOptions& options) {
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

  struct Best {
    double cost = std::numeric_limits<double>::infinity();
    std::size_t length = 0;
    std::shared_ptr<const GroupPlan> plan;
  };
  std::vector<Best> best(order.size() + 1);
  best[0].cost = 0;
  const std::size_t longest = options.layer_groups ? std::max<std::size_t>(options.longest_group, 1) : 1;
  for (std::size_t begin = 0; begin < order.size(); ++begin) {
    const double before = best[begin].cost;
    if (ways[begin] == Way::kGlobal) {
      best[begin + 1] = {before, 1, {}};
      continue;
    }
    std::vector<std::size_t> nodes;
    std::size_t failures = 0;
    for (std::size_t end = begin; end < order.size() && end - begin < longest && ways[end] == Way::kLocal; ++end) {
      nodes.push_back(order[end]);
      PlanFailure failure;
      auto plan = plan_group(s, nodes, end == begin ? &failure : nullptr);
      if (!plan) {
        if (end == begin) does_not_fit(s, order[begin], failure);
        if (++failures == 3) break;
        continue;
      }
      failures = 0;
      Best& here = best[end + 1];
      if (before + plan->cost_ns < here.cost)
        here = {before + plan->cost_ns, end + 1 - begin, std::make_shared<const GroupPlan>(std::move(*plan))};
    }
  }
  std::vector<Unit> units;
  for (std::size_t end = order.size(); end > 0; end -= best[end].length)
    units.push_back({std::move(best[end].plan), order[end - 1]});
  std::reverse(units.begin(), units.end());
  return units;
}

}  // namespace bmemu::kernels
