// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/low_end.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

ClaimOptions options_with(std::vector<std::string> settings = {}) {
  ClaimOptions options;
  options.quick = true;
  options.programs = tests::source_dir() + "/traces/claims";
  options.settings = std::move(settings);
  return options;
}

TEST(LowEndClaim, EveryNetworksRatioIsNearThePublishedOne) {
  const LowEndInputs inputs = low_end_inputs(options_with());
  std::size_t emulated = 0;
  for (const auto& pair : inputs.pairs) {
    if (!pair.is_emulated) continue;
    ++emulated;
    EXPECT_LE(std::abs(pair.emulated_ratio() - pair.published_ratio()), kRatioTolerance) << pair.network;
  }
  EXPECT_GE(emulated, 2U);
  const ClaimResult result = judge_low_end(inputs);
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed) << result.outcome.reason;
  EXPECT_EQ(result.cause.verdict, Verdict::kConfirmed) << result.cause.reason;
}

TEST(LowEndClaim, CauseFallsWhenBothProductsAreOneChip) {
  const auto inputs = low_end_inputs(options_with({"tiu.clock_mhz=550", "ddr.rate_mt_per_s=4000"}));
  EXPECT_EQ(judge_low_end(inputs).cause.verdict, Verdict::kRefuted);
}

TEST(LowEndClaim, OutcomeFallsWhenNothingIsLost) {
  ProductPair pair;
  pair.published_16_ms = 10, pair.published_8_ms = 10.2;
  EXPECT_EQ(judge_low_end({{pair}, {}, {}}).outcome.verdict, Verdict::kRefuted);
  EXPECT_EQ(judge_low_end({{pair}, {}, {}}).cause.verdict, Verdict::kCannotTell);
  pair.published_8_ms = 25;
  EXPECT_EQ(judge_low_end({{pair}, {}, {}}).outcome.verdict, Verdict::kPartly);
}

TEST(LowEndFigure, IntervalsDecide) {
  const std::vector<ProductTime> products = {{"SE5-16", 10, 9, 12}, {"SE5-8", 14, 12.6, 16.8}, {"SM5", 10, 9, 12}};
  EXPECT_EQ(judge_figure(10.5, "SE5-16", products, 520).verdict, "fits SE5-16");
  EXPECT_EQ(judge_figure(15, "SE5-16", products, 350).verdict, "does not fit SE5-16; fits SE5-8");
  EXPECT_EQ(judge_figure(40, "SE5-16", products, 110).verdict, "fits no product; SE5-16 at 110 MHz would give it");
  EXPECT_EQ(judge_figure(400, "SE5-16", products, 0).verdict, "fits no product and no clock");
  const std::vector<ProductTime> near = {{"SE7-32", 10, 9, 12}, {"SC7-224T", 11, 10, 13}};
  EXPECT_EQ(judge_figure(11, "SE7-32", near, 900).verdict, "cannot be told: fits SE7-32, but SC7-224T too");
}

TEST(LowEndFigure, CommandJudgesAMeasuredTime) {
  const std::string program = tests::source_dir() + "/traces/yolov5s_bm1684_int8_4b.bmodel.zst";
  const auto low = run({"claims", "6.4", "--quick", "--program", program, "--measured", "12.5"});
  EXPECT_NE(low.out.find("does not fit SE5-16"), std::string::npos) << low.out << low.err;
  EXPECT_EQ(low.exit_code, 0) << "a figure of one's own is an answer, not a change of what is recorded";
  EXPECT_EQ(low.out.find("CHANGED"), std::string::npos) << low.out;
  const auto tpu = run({"claims", "6.4", "--quick", "--program", program, "--fps", "140", "--tpu", "97"});
  EXPECT_NE(tpu.out.find("6.929 ms per frame"), std::string::npos) << tpu.out << tpu.err;
  EXPECT_NE(tpu.out.find("fits SE5-16"), std::string::npos) << tpu.out << tpu.err;
}

TEST(LowEndFigure, CommandRefusesAFigureThatIsNotComplete) {
  const std::string program = tests::source_dir() + "/traces/yolov5s_bm1684_int8_4b.bmodel.zst";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"claims", "6.4", "--program", program},
        {"claims", "6.4", "--measured", "3"},
        {"claims", "6.4", "--program", program, "--fps", "100"},
        {"claims", "--program", program, "--measured", "3"},
        {"claims", "6.4", "--program", program, "--measured", "3", "--product", "SE7-32"}}) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("E-CLAIM-FIGURE"), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace bmemu::harness
