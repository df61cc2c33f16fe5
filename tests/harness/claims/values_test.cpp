// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "harness/claims/registry.h"
#include "harness/claims/values/fp32_accuracy.h"
#include "harness/claims/values/quantisation.h"
#include "harness/claims/values/upsampling.h"
#include "isa/error.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

ClaimOptions shipped() {
  ClaimOptions options;
  options.programs = tests::source_dir() + "/traces/claims";
  return options;
}

TEST(Fp32AccuracyClaim, ShippedNetworksAreWithinSinglePrecisionButForFusedAttention) {
  const auto inputs = fp32_accuracy_inputs(shipped());
  std::set<std::string> networks, chips;
  for (const auto& error : inputs.errors) {
    networks.insert(error.network), chips.insert(error.chip);
    if (error.narrow_macs > 0)
      EXPECT_TRUE(error.network == "fused" && error.chip == "bm1684x") << error.network << " " << error.chip;
    else
      EXPECT_LT(error.max_relative, 1e-5) << error.network << " " << error.chip;
    EXPECT_GT(error.max_absolute, 0) << error.network;
  }
  EXPECT_GE(networks.size(), 5U);
  EXPECT_EQ(chips.size(), 2U);
  const ClaimResult result = judge_fp32_accuracy(inputs);
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed) << result.outcome.reason;
  EXPECT_EQ(result.cause.verdict, Verdict::kPartly) << result.cause.reason;
  EXPECT_NE(result.cause.reason.find("fused on bm1684x"), std::string::npos) << result.cause.reason;
}

TEST(Fp32AccuracyClaim, VerdictsFollowTheErrors) {
  Fp32Error error{"n", "bm1684", "k", 1000, 0.5, 5e-4, 1e-4, 0};
  EXPECT_EQ(judge_fp32_accuracy({{error}}).outcome.verdict, Verdict::kRefuted);
  EXPECT_EQ(judge_fp32_accuracy({{error}}).cause.verdict, Verdict::kRefuted);
  Fp32Error good{"n", "bm1684", "k", 1, 1e-6, 1e-6, 1e-6, 0};
  EXPECT_EQ(judge_fp32_accuracy({{error, good}}).outcome.verdict, Verdict::kPartly);
  EXPECT_EQ(judge_fp32_accuracy({}).outcome.verdict, Verdict::kCannotTell);
}

TEST(UpsamplingClaim, ControlsAreEqualToTheBitAndSubsampledImagesDiffer) {
  const auto inputs = upsampling_inputs(shipped());
  std::size_t photographs = 0;
  for (const auto& one : inputs.differences) {
    if (one.kind == "photograph") ++photographs;
    if (one.chroma == Chroma::k444 || one.chroma == Chroma::kGrey) {
      EXPECT_EQ(one.max, 0) << one.image;
    } else {
      EXPECT_GT(one.max, 0) << one.image;
    }
  }
  EXPECT_GE(photographs, 4U);
  const ClaimResult result = judge_upsampling(inputs);
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed);
  EXPECT_EQ(result.cause.verdict, Verdict::kConfirmed);
}

TEST(UpsamplingClaim, CauseFallsWhenAControlDiffers) {
  UpsamplingInputs inputs = {
      {{"a", "photograph", Chroma::k420, 1, 2, 3, 40, 0, 0}, {"a", "photograph", Chroma::k444, 1, 2, 3, 40, 0, 0}},
      {},
      {}};
  EXPECT_EQ(judge_upsampling(inputs).cause.verdict, Verdict::kRefuted);
  inputs.differences[0].max = 0;
  EXPECT_EQ(judge_upsampling(inputs).outcome.verdict, Verdict::kRefuted);
}

TEST(UpsamplingClaim, ATrainedNetworkSeesTheDifferenceAndNoneOnTheControl) {
  const auto inputs = upsampling_inputs(shipped());
  std::size_t networks = 0;
  for (const auto& one : inputs.predictions) {
    ++networks;
    EXPECT_GT(one.decisions, 0U) << one.network;
    if (one.chroma == Chroma::k444) {
      EXPECT_EQ(one.largest, 0) << one.network;
    } else {
      EXPECT_GT(one.largest, 0) << one.network;
    }
  }
  EXPECT_EQ(networks, 12U) << "two networks, two photographs, three kinds of chroma";
  UpsamplingInputs much = inputs;
  much.predictions = {{"a", "n", Chroma::k420, 100, 20, 0.9}};
  EXPECT_EQ(judge_upsampling(much).outcome.verdict, Verdict::kPartly) << "that is not \"usually not much\"";
  much.predictions.clear();
  EXPECT_NE(judge_upsampling(much).outcome.reason.find("cannot be told"), std::string::npos);
}

TEST(QuantisationClaim, TrainedNetworksKeepTheirDecisionsWithMeasuredRangesAlone) {
  const auto inputs = quantisation_inputs(shipped());
  const ClaimResult result = judge_quantisation(inputs);
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed) << result.outcome.reason;
  EXPECT_EQ(result.cause.verdict, Verdict::kConfirmed) << result.cause.reason;
  EXPECT_GE(inputs.runs.size(), 12U);
  EXPECT_EQ(inputs.tables, inputs.tables_intact);
  // The verdicts follow the data.
  auto changed = inputs;
  for (auto& run : changed.runs)
    if (run.range_ratio == 1) run.change.changed = run.change.decisions / 2;
  EXPECT_EQ(judge_quantisation(changed).outcome.verdict, Verdict::kRefuted);
  changed = inputs;
  for (auto& run : changed.runs) run.change.dot = 0.9, run.change.square_a = run.change.square_b = 1;
  EXPECT_EQ(judge_quantisation(changed).cause.verdict, Verdict::kRefuted) << "wrong ranges do no more harm";
  changed = inputs;
  --changed.tables_intact;
  EXPECT_NE(judge_quantisation(changed).outcome.verdict, Verdict::kConfirmed);
  EXPECT_EQ(judge_quantisation({}).outcome.verdict, Verdict::kCannotTell);
}

TEST(UpsamplingClaim, RefusesWhatIsNoJpeg) {
  try {
    read_jpeg(tests::source_dir() + "/README.md");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-CLAIM-IMAGE");
  }
}

TEST(ClaimsPage, HasTheRecordedVerdictOfEveryClaim) {
  std::ifstream file(tests::source_dir() + "/docs/claims.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const auto& text : claim_texts()) {
    const Verdict outcome = text.untestable.empty() ? text.outcome : Verdict::kNotTestable;
    const Verdict cause = text.untestable.empty() ? text.cause : Verdict::kNotTestable;
    const std::string row =
        "| " + text.id + " | " + std::string(name(outcome)) + " | " + std::string(name(cause)) + " |";
    EXPECT_NE(page.find(row), std::string::npos) << row << ": run bmemu claims --markdown docs/claims.md";
    EXPECT_NE(page.find("> " + text.claim), std::string::npos) << text.id;
  }
}

TEST(ClaimsWithoutExperiment, SayWhyEach) {
  std::set<std::string> reasons;
  for (const auto& text : claim_texts())
    if (!text.untestable.empty()) {
      EXPECT_TRUE(reasons.insert(text.untestable).second) << text.id;
    }
  EXPECT_GE(reasons.size(), 5U);
}

}  // namespace
}  // namespace bmemu::harness
