// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Searches for the cheapest way to cut a sequence of operators into groups.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "kernels/compile.h"
#include "kernels/pass/group_plan.h"

namespace bmemu::kernels {

/// Operators [begin, end) of the sequence. Without a plan: one operator of a global kernel.
struct FoundGroup {
  std::size_t begin = 0, end = 0;
  std::shared_ptr<const GroupPlan> plan;
};

/// Contract: costs are those of the setting's cost model; the same input gives the same groups.
/// Errors of both searches: E-KERNELS-MEMORY (an operator that has no plan even alone).
class GroupSearch {
 public:
  /// `order`: nodes of the graph; `is_global`: which of them stand alone; `longest`: operators of a group.
  GroupSearch(const Setting& setting, const std::vector<std::size_t>& order, const std::vector<bool>& is_global,
              std::size_t longest)
      : s_(setting), order_(order), is_global_(is_global), longest_(longest) {}

  /// The cheapest of all groupings: every run of neighbours is planned.
  std::vector<FoundGroup> best_of_all();

  /// The first grouping takes operators as long as they fit. Each further one changes the best so far in one place: one
  /// border more, one less, or one moved by an operator. It ends after `groupings`, or when no change gains anything.
  /// More groupings never give a costlier result.
  std::vector<FoundGroup> within(std::size_t groupings);

  const SearchReport& report() const { return report_; }

 private:
  using Borders = std::vector<std::size_t>;

  std::shared_ptr<const GroupPlan> plan(std::size_t begin, std::size_t end);
  Borders first_borders();
  /// Infinite when a group has no plan.
  double cost(const Borders& borders);
  bool may_join(std::size_t begin, std::size_t end) const;
  [[noreturn]] void does_not_fit(std::size_t at);

  const Setting& s_;
  const std::vector<std::size_t>& order_;
  const std::vector<bool>& is_global_;
  std::size_t longest_;
  std::map<std::pair<std::size_t, std::size_t>, std::shared_ptr<const GroupPlan>> plans_;
  SearchReport report_;
};

}  // namespace bmemu::kernels
