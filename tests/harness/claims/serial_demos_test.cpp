// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/serial_demos.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "harness/claims/registry.h"

namespace bmemu::harness {
namespace {

TEST(SerialDemosClaim, PublishedFiguresConfirmTheOutcomeAndTheCauseInPart) {
  const ClaimResult result = judge_serial_demos(serial_demo_inputs({}));
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed) << result.outcome.reason;
  EXPECT_EQ(result.cause.verdict, Verdict::kPartly) << result.cause.reason;
}

TEST(SerialDemosClaim, RowsThatCanBeComparedAgree) {
  std::size_t rows = 0, within = 0;
  for (const auto& one : serial_demo_inputs({}).cases) {
    if (!one.excluded.empty()) continue;
    ++rows;
    within += std::abs(one.relative_error()) <= kThroughputTolerance ? 1 : 0;
  }
  EXPECT_GE(rows, 35U);
  EXPECT_GE(double(within), 0.85 * double(rows));
}

TEST(SerialDemosClaim, EveryRowIsComparedOrHasAReason) {
  const SerialDemoInputs inputs = serial_demo_inputs({});
  EXPECT_EQ(inputs.cases.size(), read_throughput().size());
  for (const auto& one : inputs.cases) {
    EXPECT_NE(one.excluded.empty(), one.predicted_fps == 0) << one.row.line;
  }
}

TEST(SerialDemosClaim, CauseFallsWhenStagesDoNotAddUp) {
  auto rows = read_throughput();
  for (auto& row : rows)
    if (row.metric == "QPS" && row.type == "int8" && row.value) *row.value *= 3;
  const auto stages = read_stages();
  const ClaimResult result = judge_serial_demos({throughput_cases(rows, stages), thread_studies(stages)});
  EXPECT_EQ(result.cause.verdict, Verdict::kRefuted) << result.cause.reason;
}

TEST(SerialDemosClaim, ThreeThreadsSufficeWhenInferenceIsTheLongestStage) {
  auto stages = read_stages();
  for (auto& stage : stages)
    if (stage.period.is_current) stage.inference_ms = 1e3;
  const ClaimResult result =
      judge_serial_demos({throughput_cases(read_throughput(), read_stages()), thread_studies(stages)});
  EXPECT_EQ(result.cause.verdict, Verdict::kConfirmed) << result.cause.reason;
}

TEST(SerialDemosClaim, OutcomeFallsWhenSerialDemosKeepTheTpuBusy) {
  auto stages = read_stages();
  for (auto& stage : stages)
    if (stage.period.is_current) stage.inference_ms = 1e6;
  const ClaimResult result =
      judge_serial_demos({throughput_cases(read_throughput(), read_stages()), thread_studies(stages)});
  EXPECT_EQ(result.outcome.verdict, Verdict::kRefuted) << result.outcome.reason;
}

TEST(PublishedTables, RangesOfPercentGiveTheirUpperEnd) {
  EXPECT_EQ(upper_percent("90~100"), 100);
  EXPECT_EQ(upper_percent("95-100"), 100);
  EXPECT_EQ(upper_percent("96.95"), 96.95);
  EXPECT_EQ(upper_percent("100%"), 100);
  EXPECT_FALSE(upper_percent("n/a"));
}

}  // namespace
}  // namespace bmemu::harness
