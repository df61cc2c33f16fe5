// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/scale_loop.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/claims/registry.h"

namespace bmemu::harness {
namespace {

ScaleLoopInputs published() {
  ClaimOptions options;
  options.quick = true;
  return scale_loop_inputs(options);
}

TEST(ScaleLoopClaim, PublishedFiguresConfirmTheCauseAndTheOutcomeInPart) {
  const ClaimResult result = judge_scale_loop(published());
  EXPECT_EQ(result.outcome.verdict, Verdict::kPartly) << result.outcome.reason;
  EXPECT_EQ(result.cause.verdict, Verdict::kConfirmed) << result.cause.reason;
  for (const auto& evidence : result.evidence) EXPECT_FALSE(evidence.command.empty());
}

TEST(ScaleLoopClaim, CauseFallsWhenTheLoopCostsNothing) {
  ScaleLoopInputs inputs = published();
  inputs.model[HostCost::kScaleIn] = 0;
  EXPECT_EQ(judge_scale_loop(inputs).cause.verdict, Verdict::kRefuted);
}

TEST(ScaleLoopClaim, OutcomeFallsWhenEveryInt8ProgramIsFast) {
  ScaleLoopInputs inputs = published();
  for (auto& stage : inputs.cases)
    if (stage.row.type == "int8") stage.row.inference_ms = 0.1;
  const ClaimResult result = judge_scale_loop(inputs);
  EXPECT_EQ(result.outcome.verdict, Verdict::kRefuted);
  EXPECT_EQ(result.cause.verdict, Verdict::kCannotTell);
}

TEST(ScaleLoopClaim, OutcomeHoldsWhenEveryInt8ProgramIsSlow) {
  ScaleLoopInputs inputs = published();
  for (auto& stage : inputs.cases)
    if (stage.row.type == "int8") stage.row.inference_ms = 1e4;
  EXPECT_EQ(judge_scale_loop(inputs).outcome.verdict, Verdict::kConfirmed);
}

TEST(ScaleLoopClaim, SlowTpuIsNotBlamedOnTheLoop) {
  ScaleLoopInputs inputs = published();
  for (auto& stage : inputs.cases)
    if (stage.row.type == "int8" && stage.row.sample == "YOLOv5" && stage.row.chip == "bm1684") stage.tpu_ms = 22;
  EXPECT_EQ(judge_scale_loop(inputs).cause.verdict, Verdict::kRefuted);
}

TEST(ScaleLoopClaim, AdviceRemovesTheLoopAndNothingElse) {
  const ScaleLoopInputs inputs = published();
  for (const auto& pair : scale_loop_pairs(inputs)) {
    EXPECT_GE(pair.loop_ms, 0);
    if (pair.int8->call.scales_input) {
      EXPECT_GT(pair.loop_ms, 0) << pair.int8->row.bmodel;
    } else {
      EXPECT_NEAR(pair.advised_ms, pair.predicted_int8_ms, 1e-9);
    }
  }
}

TEST(HostSide, HasTheShareOfPublishedStagesThatItMustHave) {
  const ScaleLoopInputs inputs = published();
  const auto scores = score(inputs.cases, relative_errors(inputs.cases, inputs.model), Excluded::kCounted);
  EXPECT_GE(total(scores).share(), 0.88);
  EXPECT_GE(scores.at(HostInterface::kOpencvPython).share(), 0.90);
  EXPECT_GE(total(scores).count, 450U);
}

TEST(HostSide, IsWhatItsFitGivesToday) {
  const auto cases = stage_cases(read_stages(), read_times(), load_networks());
  const HostFit fit = fit_host(cases);
  const InterfaceModel shipped = load_interface_model();
  for (std::size_t i = 0; i < kHostCostCount; ++i)
    EXPECT_NEAR(fit.model.values[i].value, shipped.values[i].value, 2e-3 * shipped.values[i].value)
        << shipped.values[i].key << ": run bmemu claims 6.2 --fit";
  EXPECT_GE(total(score(cases, fit.held_out, Excluded::kLeftOut)).share(), 0.9);
}

TEST(HostSide, EveryCostMovesSomeStage) {
  const ScaleLoopInputs inputs = published();
  for (std::size_t i = 0; i < kHostCostCount; ++i) {
    InterfaceModel changed = inputs.model;
    changed.values[i].value *= 2;
    std::size_t moved = 0;
    for (const auto& stage : inputs.cases)
      if (stage.predicted_ms(changed) > stage.predicted_ms(inputs.model) + 1e-6) ++moved;
    EXPECT_GT(moved, 0U) << inputs.model.values[i].key;
  }
}

TEST(PublishedTables, ElementsOfAnImageComeFromItsShape) {
  EXPECT_EQ(elements_per_image("4x3x640x640"), 3 * 640 * 640);
  EXPECT_EQ(elements_per_image("Nx3x256x192"), 3 * 256 * 192);
  EXPECT_EQ(elements_per_image("1x3x640x640 + scale 1x2"), 3 * 640 * 640);
  EXPECT_EQ(elements_per_image(""), 0);
}

TEST(PublishedTables, TheTimeThatStoodLongestWithARowBelongsToIt) {
  StageRow row;
  row.sample = "S", row.bmodel = "m", row.chip = "bm1684x";
  row.period = {"2024-03-01", "2024-06-01", true};
  TimeRow early, late;
  early.sample = late.sample = "S", early.bmodel = late.bmodel = "m", early.chip = late.chip = "bm1684x";
  early.period = {"2023-01-01", "2024-03-10", false};
  late.period = {"2024-03-10", "2024-06-01", true};
  const std::vector<TimeRow> times = {early, late};
  EXPECT_EQ(find_time(row, times), &times[1]);
  row.period = {"2022-01-01", "2022-06-01", false};
  EXPECT_EQ(find_time(row, times), nullptr);
}

}  // namespace
}  // namespace bmemu::harness
