// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 3.2: the second search for layer groups makes compiling slow and gains little for ResNets. The search budget of
// bmemu's own compiler stands for TPU-NNTC's, which is not public.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/claim.h"
#include "harness/claims/registry.h"

namespace bmemu::harness {

/// A network compiled with a budget.
struct SearchRun {
  std::string network;
  std::optional<std::size_t> budget;  ///< groupings that may be tried; none: the best of all
  double compile_s = 0;               ///< CPU seconds of lowering: search and everything behind it
  double run_ms = 0;                  ///< emulated
  std::size_t groupings = 0;          ///< tried
};

struct GroupSearchInputs {
  std::vector<SearchRun> runs;  ///< by network, budgets ascending, without a budget last
  bool has_ends_alone = false;  ///< budgets between the first grouping and the whole search were left out
};

GroupSearchInputs group_search_inputs(const ClaimOptions& options);
ClaimResult judge_group_search(const GroupSearchInputs& inputs);

}  // namespace bmemu::harness
