// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Places the tensors of a group in local memory, and says how long the group takes.
#pragma once

#include <vector>

#include "kernels/pass/group_plan.h"

namespace bmemu::kernels {

/// Gives every tensor, parameter and scratch area of the plan its offset. False when they do not fit.
bool place_in_local_memory(const Setting& setting, const std::vector<NodeContext>& contexts,
                           const std::vector<const Kernel*>& kernels, GroupPlan& plan, PlanFailure* failure);

/// Estimated time of a placed plan.
double group_cost(const Setting& setting, const std::vector<NodeContext>& contexts,
                  const std::vector<const Kernel*>& kernels, const GroupPlan& plan);

/// A whole parameter, or the channels of it that a part of an output needs.
Region parameter_region(const Parameter& parameter, const Region& out);

}  // namespace bmemu::kernels
