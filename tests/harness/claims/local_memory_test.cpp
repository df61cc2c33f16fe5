// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/local_memory.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/folders.h"

namespace bmemu::harness {
namespace {

ClaimOptions options_with(std::vector<std::string> settings = {}) {
  ClaimOptions options;
  options.programs = tests::source_dir() + "/traces/claims";
  options.settings = std::move(settings);
  options.quick = true;
  return options;
}

TEST(LocalMemoryClaim, OutcomeHoldsAndTheCauseIsRefutedWithPartsThatSumToTheGap) {
  const LocalMemoryInputs inputs = local_memory_inputs(options_with());
  const ClaimResult result = judge_local_memory(inputs);
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed) << result.outcome.reason;
  EXPECT_EQ(result.cause.verdict, Verdict::kRefuted) << result.cause.reason;
  std::size_t emulated = 0;
  for (const auto& pair : inputs.pairs) {
    if (!pair.is_emulated) continue;
    ++emulated;
    const double parts = std::accumulate(pair.share.begin(), pair.share.end(), pair.rest_ms);
    EXPECT_NEAR(parts, pair.gap_ms(), 1e-6) << pair.network;
    EXPECT_LE(pair.bytes_84x.weights_once, pair.weight_bytes) << pair.network;
    EXPECT_GE(pair.bytes_84x.weights_again, 0) << pair.network;
  }
  EXPECT_GE(emulated, 15U);
}

TEST(LocalMemoryClaim, CauseIsNoLongerRefutedWithADdrOfATenth) {
  const auto inputs = local_memory_inputs(options_with({"ddr.rate_mt_per_s=400"}));
  EXPECT_NE(judge_local_memory(inputs).cause.verdict, Verdict::kRefuted);
}

TEST(LocalMemoryClaim, NothingCanBeToldWhenBm1684xHasTheArrayOfBm1684) {
  const auto inputs = local_memory_inputs(options_with({"silicon.window_row_share=0", "silicon.matmul_f32_ratio=1"}));
  const ClaimResult result = judge_local_memory(inputs);
  EXPECT_NE(result.cause.verdict, Verdict::kRefuted) << result.cause.reason;
}

TEST(LocalMemoryClaim, NothingCanBeToldWithoutPrograms) {
  ClaimOptions options;
  options.programs = tests::source_dir() + "/docs";
  const ClaimResult result = judge_local_memory(local_memory_inputs(options));
  EXPECT_EQ(result.cause.verdict, Verdict::kCannotTell);
  EXPECT_EQ(result.outcome.verdict, Verdict::kConfirmed);
}

TEST(LocalMemoryClaim, OutcomeFallsWhenNoPublishedProgramIsSlower) {
  LocalMemoryInputs inputs;
  Fp32Pair pair;
  pair.published_84_ms = 10;
  pair.published_84x_ms = 9;
  inputs.pairs = {pair};
  EXPECT_EQ(judge_local_memory(inputs).outcome.verdict, Verdict::kRefuted);
}

TEST(LocalMemoryClaim, MemoryThatCouldExplainEverySlowDownConfirmsTheCause) {
  Fp32Pair pair;
  pair.is_emulated = true;
  pair.published_84_ms = pair.emulated_84_ms = 10;
  pair.published_84x_ms = pair.emulated_84x_ms = 20;
  pair.bytes_84.activations = 1e9, pair.bytes_84x.activations = 2e9;
  pair.memory_bound_ms = 12;
  EXPECT_EQ(judge_local_memory({{pair, pair, pair}, {}}).cause.verdict, Verdict::kConfirmed);
  pair.memory_bound_ms = 1;
  EXPECT_EQ(judge_local_memory({{pair, pair, pair}, {}}).cause.verdict, Verdict::kRefuted);
}

}  // namespace
}  // namespace bmemu::harness
