// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/group_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "isa/error.h"

namespace bmemu::kernels {
namespace {

constexpr double kImpossible = std::numeric_limits<double>::infinity();
constexpr std::size_t kFailuresInARow = 3;  ///< longer groups than these seldom fit

}  // namespace

void GroupSearch::does_not_fit(std::size_t at) {
  PlanFailure failure;
  plan_group(s_, {order_[at]}, &failure);
  const Node& node = s_.graph.nodes[order_[at]];
  if (failure.bytes == 0)  // no memory was ever missing
    throw Error({"E-KERNELS-UNSUPPORTED", fmt::format("node {} ({})", node.name, node.kind),
                 text(s_.graph.output(node).shape),
                 fmt::format("at most {} channels and 65535 of any other dimension in a slice",
                             s_.chip.family == isa::Family::kBm1684 ? 4095 : 65535),
                 "sizes of the operator are beyond the fields of a command however it is cut"});
  const std::int64_t room = s_.chip.local_memory.lane_bytes;
  throw Error({"E-KERNELS-MEMORY", fmt::format("node {} ({})", node.name, node.kind),
               fmt::format("{}: {} bytes in a lane, {} too many", failure.tensor, failure.bytes, failure.bytes - room),
               fmt::format("at most {} bytes in a lane", room),
               "the operator does not fit into local memory however it is cut"});
}

std::shared_ptr<const GroupPlan> GroupSearch::plan(std::size_t begin, std::size_t end) {
  const auto [known, is_new] = plans_.try_emplace({begin, end});
  if (!is_new) return known->second;
  ++report_.groups;
  auto found = plan_group(s_, {order_.begin() + std::ptrdiff_t(begin), order_.begin() + std::ptrdiff_t(end)});
  if (found) known->second = std::make_shared<const GroupPlan>(std::move(*found));
  return known->second;
}

bool GroupSearch::may_join(std::size_t begin, std::size_t end) const {
  if (end - begin == 1) return true;
  if (end - begin > longest_) return false;
  return std::none_of(is_global_.begin() + std::ptrdiff_t(begin), is_global_.begin() + std::ptrdiff_t(end),
                      [](bool global) { return global; });
}

std::vector<FoundGroup> GroupSearch::best_of_all() {
  struct Best {
    double cost = kImpossible;
    std::size_t length = 0;
    std::shared_ptr<const GroupPlan> plan;
  };
  std::vector<Best> best(order_.size() + 1);
  best[0].cost = 0;
  for (std::size_t begin = 0; begin < order_.size(); ++begin) {
    const double before = best[begin].cost;
    if (is_global_[begin]) {
      best[begin + 1] = {before, 1, {}};
      continue;
    }
    std::size_t failures = 0;
    for (std::size_t end = begin + 1; end <= order_.size() && may_join(begin, end); ++end) {
      const auto found = plan(begin, end);
      plans_.clear();  // every group is met once: only the best are kept
      if (!found) {
        if (end == begin + 1) does_not_fit(begin);
        if (++failures == kFailuresInARow) break;
        continue;
      }
      failures = 0;
      if (before + found->cost_ns < best[end].cost) best[end] = {before + found->cost_ns, end - begin, found};
    }
  }
  report_.estimated_ns = best.back().cost;
  std::vector<FoundGroup> groups;
  for (std::size_t end = order_.size(); end > 0; end -= best[end].length)
    groups.push_back({end - best[end].length, end, best[end].plan});
  std::reverse(groups.begin(), groups.end());
  return groups;
}

GroupSearch::Borders GroupSearch::first_borders() {
  Borders borders{0};
  while (borders.back() < order_.size()) {
    const std::size_t begin = borders.back();
    std::size_t end = begin + 1;
    if (!is_global_[begin]) {
      if (!plan(begin, end)) does_not_fit(begin);
      while (end < order_.size() && may_join(begin, end + 1) && plan(begin, end + 1)) ++end;
    }
    borders.push_back(end);
  }
  return borders;
}

double GroupSearch::cost(const Borders& borders) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
    if (is_global_[borders[i]]) continue;
    const auto found = plan(borders[i], borders[i + 1]);
    if (!found) return kImpossible;
    sum += found->cost_ns;
  }
  return sum;
}

std::vector<FoundGroup> GroupSearch::within(std::size_t groupings) {
  Borders best = first_borders();
  report_.estimated_ns = cost(best);
  report_.groupings = 1;
  const auto is_legal = [&](const Borders& borders) {
    for (std::size_t i = 0; i + 1 < borders.size(); ++i)
      if (borders[i] == borders[i + 1] || !may_join(borders[i], borders[i + 1])) return false;
    return true;
  };
  const auto take_if_better = [&](const Borders& candidate) {
    if (report_.groupings >= groupings || !is_legal(candidate)) return false;
    ++report_.groupings;
    const double found = cost(candidate);
    if (found >= report_.estimated_ns) return false;
    report_.estimated_ns = found;
    best = candidate;
    return true;
  };
  for (bool gained = true; gained && report_.groupings < groupings;) {
    gained = false;
    for (std::size_t at = 1; at < order_.size(); ++at) {
      const auto border = std::lower_bound(best.begin(), best.end(), at);
      const auto index = border - best.begin();
      Borders toggled = best;
      if (*border != at) {
        toggled.insert(toggled.begin() + index, at);
        gained |= take_if_better(toggled);
        continue;
      }
      toggled.erase(toggled.begin() + index);
      Borders earlier = best, later = best;
      --earlier[std::size_t(index)];
      ++later[std::size_t(index)];
      gained |= take_if_better(toggled) || take_if_better(earlier) || take_if_better(later);
    }
  }
  std::vector<FoundGroup> groups;
  for (std::size_t i = 0; i + 1 < best.size(); ++i) {
    const bool stands_alone = is_global_[best[i]];
    groups.push_back({best[i], best[i + 1], stands_alone ? nullptr : plan(best[i], best[i + 1])});
  }
  return groups;
}

}  // namespace bmemu::kernels
