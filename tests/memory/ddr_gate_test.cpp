// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Each rule of the DDR model: blocked one picosecond before its time, ready at it.
#include <gtest/gtest.h>

#include <random>

#include "memory/ddr.h"
#include "tests/memory/test_chip.h"

namespace bmemu::memory {
namespace {

constexpr std::uint64_t kSameBank = 4 * 8 * 4096;  // controllers x banks x row: next row of the same bank
constexpr std::uint64_t kNextBank = 4 * 4096;      // controllers x row
constexpr Picoseconds kBurst = 4000;

class DdrGate : public ::testing::Test {
 protected:
  isa::ChipSpec chip_ = test_chip();

  static void expect_gate(const BankedDdr& ddr, const Pattern& p, Access access, DdrRule rule, Picoseconds at) {
    const DdrProbe before = ddr.probe(at - 1, p, access);
    EXPECT_FALSE(before.ready);
    EXPECT_EQ(name(before.rule), name(rule));
    EXPECT_EQ(before.ready_at, at);
    EXPECT_TRUE(ddr.probe(at, p, access).ready);
  }
};

TEST_F(DdrGate, AnIdleMemoryIsReady) {
  const BankedDdr ddr(chip_);
  const DdrProbe probe = ddr.probe(0, contiguous(64), Access::kRead);
  EXPECT_TRUE(probe.ready);
  EXPECT_EQ(probe.rule, DdrRule::kNone);
}

TEST_F(DdrGate, AClosedRowCostsRcdAHitNothingAConflictRpAndRcd) {
  BankedDdr ddr(chip_);
  const Service closed = ddr.when(100, contiguous(64), Access::kRead);
  EXPECT_EQ(closed.end - closed.start, 18000 + kBurst);
  EXPECT_EQ(of(closed, Rule::kRow), 18000);
  const Service hit = ddr.when(200'000, contiguous(64, 64), Access::kRead);
  EXPECT_EQ(hit.end - hit.start, kBurst);
  const Service conflict = ddr.when(400'000, contiguous(64, kSameBank), Access::kRead);
  EXPECT_EQ(of(conflict, Rule::kRow), 18000 + 18000);
}

TEST_F(DdrGate, TheBusIsTakenUntilTheRequestBeforeEnds) {
  BankedDdr ddr(chip_);
  const Service first = ddr.when(0, contiguous(4096), Access::kRead);
  expect_gate(ddr, contiguous(64), Access::kRead, DdrRule::kBus, first.end);
  EXPECT_EQ(ddr.when(first.end - 1, contiguous(64), Access::kRead).start, first.end);
  EXPECT_TRUE(ddr.probe(0, contiguous(64, 4096), Access::kRead).ready) << "the next controller is free";
}

TEST_F(DdrGate, TurnaroundHoldsTheOtherDirectionOnly) {
  for (const Access first : {Access::kRead, Access::kWrite}) {
    BankedDdr ddr(chip_);
    const Access other = first == Access::kRead ? Access::kWrite : Access::kRead;
    const Picoseconds gap = first == Access::kRead ? 13500 : 19500;
    const Picoseconds end = ddr.when(0, contiguous(4096), first).end;
    EXPECT_TRUE(ddr.probe(end, contiguous(64), first).ready);
    expect_gate(ddr, contiguous(64), other, DdrRule::kTurnaround, end + gap);
    const Service service = ddr.when(end + 500, contiguous(64), other);
    EXPECT_EQ(of(service, Rule::kTurnaround), gap - 500);
    EXPECT_EQ(service.end, end + gap + kBurst);
  }
}

TEST_F(DdrGate, AnOpenRowStaysOpenForRas) {
  BankedDdr ddr(chip_);
  ddr.when(0, contiguous(64), Access::kRead);  // activated at 0
  expect_gate(ddr, contiguous(64, kSameBank), Access::kRead, DdrRule::kRowActive, 42000);
}

TEST_F(DdrGate, AWrittenRowStaysOpenForItsRecovery) {
  BankedDdr ddr(chip_);
  const Picoseconds end = ddr.when(0, contiguous(4096), Access::kWrite).end;
  expect_gate(ddr, contiguous(64, kSameBank), Access::kWrite, DdrRule::kRowBusy, end + 27500);
}

TEST_F(DdrGate, ActivatesKeepTheirDistance) {
  chip_.ddr.t_rrd_ns = 50;
  BankedDdr ddr(chip_);
  ddr.when(0, contiguous(64), Access::kRead);
  expect_gate(ddr, contiguous(64, kNextBank), Access::kRead, DdrRule::kActivate, 50000);
}

TEST_F(DdrGate, AWindowHoldsFourActivates) {
  chip_.ddr.t_faw_ns = 200;
  BankedDdr ddr(chip_);
  ddr.when(0, strided(64, 4, kNextBank), Access::kRead);
  expect_gate(ddr, contiguous(64, 4 * kNextBank), Access::kRead, DdrRule::kFourActivates, 200000);
}

TEST_F(DdrGate, ABankIsActivatedOncePerRc) {
  chip_.ddr.t_rc_ns = 1000;
  BankedDdr ddr(chip_);
  const Picoseconds end = ddr.when(0, contiguous(64), Access::kRead).end;  // activated at 0
  const Service conflict = ddr.when(end, contiguous(64, kSameBank), Access::kRead);
  EXPECT_EQ(conflict.end, 1'000'000 + 18'000 + kBurst);
  EXPECT_EQ(of(conflict, Rule::kRow), 1'000'000 + 18'000 - end);
}

constexpr Picoseconds kRefresh = 3'904'000;
constexpr Picoseconds kStall = 18'000 + 280'000 + 18'000;

TEST_F(DdrGate, RefreshHoldsEverythingAndOpensItsRowsAgain) {
  BankedDdr ddr(chip_);
  ddr.when(0, contiguous(64), Access::kRead);
  EXPECT_TRUE(ddr.probe(kRefresh - 1, contiguous(64), Access::kRead).ready);
  EXPECT_FALSE(ddr.probe(kRefresh, contiguous(64), Access::kRead).ready);
  expect_gate(ddr, contiguous(64), Access::kRead, DdrRule::kRefresh, kRefresh + kStall);
  const Service service = ddr.when(kRefresh + 1000, contiguous(64), Access::kRead);
  EXPECT_EQ(of(service, Rule::kRefresh), kStall - 1000);
  EXPECT_EQ(of(service, Rule::kRow), 0);
}

TEST_F(DdrGate, ARequestThatRunsIntoARefreshWaitsForItsEnd) {
  BankedDdr ddr(chip_);
  const Service fits = ddr.when(kRefresh - 18'000 - kBurst, contiguous(64), Access::kRead);
  EXPECT_EQ(fits.end, kRefresh);
  BankedDdr again(chip_);
  const Service cut = again.when(kRefresh - 18'000 - kBurst + 1, contiguous(64), Access::kRead);
  EXPECT_EQ(of(cut, Rule::kRefresh), kStall);
  EXPECT_EQ(cut.end, kRefresh + kStall + 1);
}

/// Whatever the phase of refreshes: who comes later, or moves its bytes more slowly, never ends earlier.
TEST_F(DdrGate, NoRequestEndsEarlierByComingLaterOrTakingLonger) {
  isa::ChipSpec slower = chip_;
  slower.ddr.rate_mt_per_s /= 1.003;
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    BankedDdr ddr(chip_), late(chip_), slow(slower);
    Picoseconds now = 0, late_now = 0, slow_now = 0;
    for (int i = 0; i < 60; ++i) {
      const Pattern p = strided(64 + random() % 5000, 1 + random() % 7, 64 * (80 + random() % 300),
                                static_cast<std::uint64_t>(random() % 64) * 4096 * 3);
      const Access access = random() % 3 == 0 ? Access::kWrite : Access::kRead;
      const Picoseconds pause = random() % 200'000;
      now = ddr.when(now + pause, p, access).end;
      late_now = late.when(late_now + pause + random() % 3000, p, access).end;
      slow_now = slow.when(slow_now + pause, p, access).end;
      ASSERT_LE(now, late_now) << "round " << round << ", request " << i;
      ASSERT_LE(now, slow_now) << "round " << round << ", request " << i;
    }
  }
}

TEST_F(DdrGate, ProbingChangesNothing) {
  BankedDdr probed(chip_);
  BankedDdr plain(chip_);
  Picoseconds now = 0;
  for (int i = 0; i < 50; ++i) {
    const Pattern p = strided(100, 7, 4096 * (i % 5) + 64, static_cast<std::uint64_t>(i) * 5000);
    const Access access = i % 3 == 0 ? Access::kWrite : Access::kRead;
    probed.probe(now, p, access);
    probed.probe(now + 1'000'000'000, p, Access::kWrite);
    const Service a = probed.when(now, p, access);
    const Service b = plain.when(now, p, access);
    ASSERT_EQ(a.start, b.start);
    ASSERT_EQ(a.end, b.end);
    ASSERT_EQ(a.by_rule, b.by_rule);
    now += 77'777;
  }
}

/// Asking at `ready_at` must not wait for anything that the probe did not name.
TEST_F(DdrGate, AReadyRequestStartsWithItsFirstCommand) {
  BankedDdr ddr(chip_);
  Picoseconds now = 0;
  for (int i = 0; i < 400; ++i) {
    const Pattern p = contiguous(64, static_cast<std::uint64_t>(i * 7919 % 64) * 4096 * 4 + i % 3 * 4096);
    const Access access = i % 5 < 2 ? Access::kWrite : Access::kRead;
    const DdrProbe probe = ddr.probe(now, p, access);
    ASSERT_TRUE(ddr.probe(probe.ready_at, p, access).ready);
    if (!probe.ready) {
      ASSERT_FALSE(ddr.probe(probe.ready_at - 1, p, access).ready);
    }
    const Service service = ddr.when(probe.ready_at, p, access);
    ASSERT_EQ(service.start, probe.ready_at);
    ASSERT_LE(of(service, Rule::kRow) + of(service, Rule::kTurnaround), 18000 + 18000);
    now = service.end - (i % 4) * 1000;
  }
}

}  // namespace
}  // namespace bmemu::memory
