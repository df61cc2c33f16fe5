// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Patterns: merging of runs, words of the L2 port, banks of local memory; each against plain enumeration.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "memory/l2.h"
#include "memory/runs.h"
#include "tests/memory/test_chip.h"

namespace bmemu::memory {
namespace {

template <class Visit>
void for_each_run(const Pattern& p, Visit visit) {
  for (std::uint32_t i = 0; i < p.count[0]; ++i)
    for (std::uint32_t j = 0; j < p.count[1]; ++j)
      for (std::uint32_t k = 0; k < p.count[2]; ++k)
        for (std::uint32_t l = 0; l < p.count[3]; ++l)
          visit(p.base +
                static_cast<std::uint64_t>(i * p.stride[0] + j * p.stride[1] + k * p.stride[2] + l * p.stride[3]));
}

Pattern random_pattern(std::mt19937_64& random, std::uint64_t unit) {
  Pattern p;
  p.base = (std::uint64_t{1} << 32) + random() % 5000;
  p.run_bytes = 1 + random() % (3 * unit);
  for (std::size_t k = 0; k < 4; ++k) {
    p.count[k] = static_cast<std::uint32_t>(1 + random() % 5);
    const std::int64_t choices[] = {static_cast<std::int64_t>(random() % (4 * unit)),
                                    static_cast<std::int64_t>(p.run_bytes), static_cast<std::int64_t>(unit),
                                    static_cast<std::int64_t>(16 * unit)};
    p.stride[k] = choices[random() % 4];
  }
  return p;
}

/// Units in order, a unit that comes twice in a row once.
std::vector<std::uint64_t> units(const Pattern& p, std::uint64_t unit) {
  std::vector<std::uint64_t> result;
  for_each_run(p, [&](std::uint64_t from) {
    for (std::uint64_t u = from / unit; u <= (from + p.run_bytes - 1) / unit; ++u)
      if (result.empty() || result.back() != u) result.push_back(u);
  });
  return result;
}

TEST(Runs, MergingKeepsTheUnitsAndTheirOrder) {
  std::mt19937_64 random(3);
  int merged_ones = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const Pattern p = random_pattern(random, 64);
    const Runs runs = merged(p, 64);
    Pattern q;
    q.base = runs.base;
    q.run_bytes = runs.run_bytes;
    for (std::size_t k = 0; k < 4; ++k) {
      q.count[k] = static_cast<std::uint32_t>(runs.count[k]);
      q.stride[k] = static_cast<std::int64_t>(runs.stride[k]);
    }
    ASSERT_EQ(units(p, 64), units(q, 64)) << "trial " << trial;
    merged_ones += q.runs() < p.runs() ? 1 : 0;
  }
  EXPECT_GT(merged_ones, 500);
}

TEST(L2, WordsAreThoseThatTheRunsTouch) {
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 1000; ++trial) {
    const Pattern p = random_pattern(random, 64);
    const Runs runs = merged(p, 64);
    std::uint64_t want = 0;
    for (std::uint64_t i = 0; i < runs.runs(); ++i) {
      std::uint64_t from = runs.base;
      std::uint64_t index = i;
      for (std::size_t k = 4; k-- > 0;) {
        from += index % runs.count[k] * runs.stride[k];
        index /= runs.count[k];
      }
      want += (from + runs.run_bytes - 1) / 64 - from / 64 + 1;
    }
    ASSERT_EQ(words(p, 64), want) << "trial " << trial;
  }
  EXPECT_EQ(words(contiguous(0), 64), 0U);
}

TEST(L2, OneWordPerCycleOneRequestAfterTheOther) {
  isa::ChipSpec chip = test_chip();
  chip.gdma.clock_mhz = 500;
  L2Port port(chip);
  Pattern p = contiguous(100, 0);
  p.space = isa::Space::kL2;
  p.base = 0x10000000;
  const Service first = port.when(1000, p, Access::kRead);
  EXPECT_EQ(first.start, 1000);
  EXPECT_EQ(first.end, 1000 + 2 * 2000);
  EXPECT_EQ(of(first, Rule::kBandwidth), 3125);
  EXPECT_EQ(of(first, Rule::kBurst), 4000 - 3125);
  const Service second = port.when(1500, p, Access::kWrite);
  EXPECT_EQ(second.start, first.end);
  EXPECT_EQ(sum(second), second.end - second.start);
}

TEST(L2, AWiderPortOrAFasterClockNeverTakesLonger) {
  Pattern p = strided(200, 77, 300);
  Picoseconds last = std::numeric_limits<Picoseconds>::max();
  for (const std::int64_t width : {8, 16, 32, 64, 128}) {
    isa::ChipSpec chip = test_chip();
    chip.l2.bytes_per_cycle = width;
    const Picoseconds time = make_l2_timing(chip)->when(0, p, Access::kRead).end;
    EXPECT_LE(time, last);
    last = time;
    chip.gdma.clock_mhz *= 2;
    EXPECT_LT(make_l2_timing(chip)->when(0, p, Access::kRead).end, time);
  }
}

TEST(Timing, RulesHaveDifferentNames) {
  std::set<std::string_view> names;
  for (std::size_t rule = 0; rule < kRuleCount; ++rule) names.insert(name(static_cast<Rule>(rule)));
  EXPECT_EQ(names.size(), kRuleCount);
  EXPECT_EQ(names.count("?"), 0U);
}

}  // namespace
}  // namespace bmemu::memory
