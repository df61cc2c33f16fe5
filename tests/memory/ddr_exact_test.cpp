// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The DDR model's closed forms against the same rules applied burst by burst.
#include <gtest/gtest.h>

#include <random>

#include "memory/ddr.h"
#include "tests/memory/slow_ddr.h"
#include "tests/memory/test_chip.h"

namespace bmemu::memory {
namespace {

void expect_same(BankedDdr& fast, SlowDdr& slow, Picoseconds now, const Pattern& p, Access access) {
  const Service got = fast.when(now, p, access);
  const SlowDdr::Answer want = slow.when(now, p, access);
  ASSERT_EQ(got.start, want.start);
  ASSERT_EQ(got.end, want.end);
  ASSERT_EQ(sum(got), got.end - got.start);
  ASSERT_EQ(of(got, Rule::kRow), want.row);
  ASSERT_EQ(of(got, Rule::kTurnaround), want.turnaround);
  ASSERT_EQ(of(got, Rule::kRefresh), want.refresh);
  ASSERT_EQ(of(got, Rule::kBandwidth) + of(got, Rule::kBurst) + of(got, Rule::kInterleave), want.bus);
}

/// Requests one after the other on the same models, so that the state they leave is compared too.
void compare(const isa::ChipSpec& chip, unsigned seed, int requests) {
  BankedDdr fast(chip);
  SlowDdr slow(chip);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::initializer_list<std::uint64_t> values) {
    return *(values.begin() + random() % values.size());
  };
  Picoseconds now = 0;
  for (int i = 0; i < requests; ++i) {
    Pattern p = contiguous(1 + random() % pick({8, 64, 300, 5000, 40000}), random() % (1 << 22));
    std::uint64_t budget = 1500;  // bursts, about: the reference is slow
    for (std::size_t k = 4; k-- > 0;) {
      if (random() % 2 == 0) continue;
      p.count[k] = static_cast<std::uint32_t>(
          1 + random() % std::max<std::uint64_t>(1, std::min<std::uint64_t>(budget, pick({3, 20, 700}))));
      budget /= p.count[k];
      p.stride[k] = static_cast<std::int64_t>(
          pick({0, 1, 64, 100, 128, 4096, 4160, 12544, 16384, 65536, 131072, 262144, random() % 100000}));
    }
    const Access access = random() % 2 == 0 ? Access::kRead : Access::kWrite;
    SCOPED_TRACE("seed " + std::to_string(seed) + " request " + std::to_string(i));
    expect_same(fast, slow, now, p, access);
    if (::testing::Test::HasFatalFailure()) return;
    now += static_cast<Picoseconds>(random() % pick({1, 20000, 500000, 9000000}));
  }
}

TEST(DdrExact, RandomPatternsTakeWhatTheRulesBurstByBurstGive) {
  for (unsigned seed = 1; seed <= 12; ++seed) compare(test_chip(), seed, 60);
}

TEST(DdrExact, AlsoOnChipsWhoseNumbersAreNotPowersOfTwo) {
  isa::ChipSpec chip = test_chip();
  chip.ddr.controllers = 3;
  chip.ddr.banks = 6;
  chip.ddr.interleave_bytes = 768;
  chip.ddr.row_bytes = 1536;
  chip.ddr.rate_mt_per_s = 4266;
  for (unsigned seed = 20; seed <= 26; ++seed) compare(chip, seed, 60);
  chip.ddr.controllers = 1;
  chip.ddr.banks = 1;
  for (unsigned seed = 30; seed <= 33; ++seed) compare(chip, seed, 60);
  chip = test_chip();
  chip.ddr.interleave_bytes = 64;
  chip.ddr.t_rrd_ns = 5;
  chip.ddr.t_faw_ns = 70;
  chip.ddr.t_rc_ns = 90;
  chip.ddr.t_refi_ns = 500;
  for (unsigned seed = 40; seed <= 46; ++seed) compare(chip, seed, 60);
}

TEST(DdrExact, LongRegularPatternsTakeWhatTheRulesBurstByBurstGive) {
  for (const auto& p : {contiguous(3 << 20, 777), strided(64, 20000, 16384), strided(96, 20000, 4160, 32),
                        strided(4096, 600, 12544, 128), strided(64, 5000, 131072), strided(200, 5000, 0),
                        strided(64, 9000, 128 * 1024 + 64)}) {
    BankedDdr fast(test_chip());
    SlowDdr slow(test_chip());
    for (const Access access : {Access::kRead, Access::kRead, Access::kWrite}) expect_same(fast, slow, 1234, p, access);
  }
}

}  // namespace
}  // namespace bmemu::memory
