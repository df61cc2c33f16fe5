// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/group_search.h"

#include <gtest/gtest.h>

namespace bmemu::harness {
namespace {

/// One network compiled with the first grouping and with the whole search.
void add(GroupSearchInputs& inputs, const char* network, double first_ms, double best_ms, double first_s,
         double all_s) {
  inputs.runs.push_back({network, std::size_t{1}, first_s, first_ms, 1});
  inputs.runs.push_back({network, {}, all_s, best_ms, 0});
}

TEST(GroupSearchClaim, VerdictsFollowWhatTheSearchCostsAndGains) {
  GroupSearchInputs claimed;
  add(claimed, "resnet50", 10, 9.9, 1, 5);
  add(claimed, "yolov5s", 10, 8, 1, 5);
  EXPECT_EQ(judge_group_search(claimed).outcome.verdict, Verdict::kConfirmed);
  EXPECT_EQ(judge_group_search(claimed).cause.verdict, Verdict::kConfirmed);
  GroupSearchInputs fast;
  add(fast, "resnet50", 10, 9.9, 1, 1.1);
  EXPECT_EQ(judge_group_search(fast).outcome.verdict, Verdict::kPartly);
  GroupSearchInputs useful;
  add(useful, "resnet50", 10, 7, 1, 1.1);
  add(useful, "yolov5s", 10, 9.9, 1, 1.1);
  EXPECT_EQ(judge_group_search(useful).outcome.verdict, Verdict::kRefuted);
  EXPECT_EQ(judge_group_search(useful).cause.verdict, Verdict::kRefuted);
  EXPECT_EQ(judge_group_search({}).outcome.verdict, Verdict::kCannotTell);
}

}  // namespace
}  // namespace bmemu::harness
