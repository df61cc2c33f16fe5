// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which neighbouring operators become one group, whose inner tensors never leave local memory.
#pragma once

#include <memory>
#include <vector>

#include "kernels/compile.h"
#include "kernels/pass/group_plan.h"

namespace bmemu::kernels {

/// A step of the program: a group, or one node of a global kernel.
struct Unit {
  std::shared_ptr<const GroupPlan> group;
  std::size_t node = 0;  ///< without a group
};

/// The cheapest way to cut the sequence of operators into groups that the search finds, by the cost model.
/// Errors: E-KERNELS-UNSUPPORTED, E-KERNELS-MEMORY.
std::vector<Unit> make_groups(const Setting& setting, const CompileOptions& options, SearchReport* report = nullptr);

}  // namespace bmemu::kernels
