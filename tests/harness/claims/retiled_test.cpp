// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/retiled.h"

#include <gtest/gtest.h>

#include "tests/folders.h"

namespace bmemu::harness {
namespace {

/// Slower on BM1684X by `gap_ms`, of which twice the local memory saves `memory_ms`.
RetiledNetwork network(double gap_ms, double memory_ms) {
  RetiledNetwork n;
  n.network = "n";
  n.old_512.ms = n.old_256.ms = 10;
  n.x_256.ms = 10 + gap_ms;
  n.x_512.ms = 10 + gap_ms - memory_ms;
  return n;
}

TEST(RetiledClaim, TheVerdictFollowsWhatMemorySaves) {
  const auto all = [](const RetiledNetwork& n) { return judge_retiled({n, n, n}).verdict; };
  EXPECT_EQ(all(network(5, 4)), Verdict::kConfirmed);
  EXPECT_EQ(all(network(5, 0.1)), Verdict::kRefuted);
  EXPECT_EQ(all(network(0, 0)), Verdict::kCannotTell) << "nothing is slower";
  EXPECT_EQ(judge_retiled({network(5, 4), network(5, 4), network(5, 0), network(5, 0)}).verdict, Verdict::kPartly);
  RetiledNetwork lost = network(5, 0);
  lost.old_256.ms = 14;
  EXPECT_EQ(all(lost), Verdict::kConfirmed) << "what BM1684 loses with half of its memory counts too";
  lost.left_out = "does not fit";
  EXPECT_EQ(all(lost), Verdict::kCannotTell);
}

TEST(RetiledClaim, ItWeakensOtherEvidenceAndNeverStandsAlone) {
  const Finding confirmed{Verdict::kConfirmed, "a"}, refuted{Verdict::kRefuted, "b"},
      unknown{Verdict::kCannotTell, "c"};
  EXPECT_EQ(with_retiled(refuted, refuted).verdict, Verdict::kRefuted);
  EXPECT_EQ(with_retiled(refuted, confirmed).verdict, Verdict::kPartly);
  EXPECT_EQ(with_retiled(refuted, unknown).verdict, Verdict::kRefuted);
  EXPECT_EQ(with_retiled(unknown, refuted).verdict, Verdict::kCannotTell);
  EXPECT_EQ(with_retiled(confirmed, refuted).reason, "a; b");
}

TEST(RetiledClaim, NetworksAreCompiledForBothChipsWithBothMemories) {
  ClaimOptions options;
  options.quick = true;
  for (const auto& n : retiled_networks(options)) {
    ASSERT_EQ(n.left_out, "") << n.network;
    for (const RetiledRun* run : {&n.old_512, &n.old_256, &n.x_256, &n.x_512}) {
      EXPECT_GT(run->ms, 0) << n.network;
      EXPECT_GT(run->mb, 0) << n.network;
    }
    EXPECT_LE(n.x_512.mb, 1.02 * n.x_256.mb) << n.network << ": more memory needs no more traffic";
  }
}

}  // namespace
}  // namespace bmemu::harness
