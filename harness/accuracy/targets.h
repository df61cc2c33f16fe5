// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What predictions must reach to be worth having, and whether they do.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/page.h"

namespace bmemu::harness {

struct Target {
  std::string what;
  std::string needed, reached;
  bool is_met = false;
};

/// On each chip and type a mean error at most three quarters of the linear model's; the faster chip named for nine of
/// ten networks and their ratios in order; four images against one on BM1684 as published. Those without data are left
/// out.
std::vector<Target> targets(const std::vector<CalibratedChip>& chips);

/// As a section of Markdown; empty for no targets.
std::string target_section(const std::vector<Target>& targets);

}  // namespace bmemu::harness
