// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the DDR model answers over sizes, strides, clocks and controllers, against formulas on paper.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "memory/ddr.h"
#include "tests/memory/test_chip.h"

namespace bmemu::memory {
namespace {

Service one(const isa::ChipSpec& chip, const Pattern& p, Access access = Access::kRead) {
  return make_ddr_timing(chip)->when(0, p, access);
}
Picoseconds time_of(const isa::ChipSpec& chip, const Pattern& p, Access access = Access::kRead) {
  const Service service = one(chip, p, access);
  EXPECT_EQ(sum(service), service.end - service.start);
  for (const Picoseconds part : service.by_rule) EXPECT_GE(part, 0);
  return service.end;
}
double gb_per_s(std::uint64_t bytes, Picoseconds time) {
  return static_cast<double>(bytes) * 1000 / static_cast<double>(time);
}

/// Prints the deviation and returns it as a share.
double deviation(const std::string& what, double got, double want) {
  const double share = got / want - 1;
  fmt::print("{:<44} model {:>12.1f}  formula {:>12.1f}  deviation {:>+7.3f} %\n", what, got, want, 100 * share);
  return share;
}

TEST(DdrCurve, LongSequentialStreamsRunAtThePeakOutsideRefresh) {
  for (const char* name : {"bm1684", "bm1684x"})
    for (const std::uint64_t bytes : {std::uint64_t{1} << 20, std::uint64_t{16} << 20, std::uint64_t{1} << 30})
      for (const Access access : {Access::kRead, Access::kWrite}) {
        const isa::ChipSpec chip = isa::load_chip(name);
        const double stall = chip.ddr.t_rp_ns + chip.ddr.t_rfc_ns + chip.ddr.t_rcd_ns;
        const double want = chip.ddr.peak_gb_per_s() * (1 - stall / chip.ddr.t_refi_ns);
        const double got = gb_per_s(bytes, time_of(chip, contiguous(bytes), access));
        EXPECT_NEAR(
            deviation(fmt::format("{} {} {} MB, GB/s", name, access == Access::kRead ? "read" : "write", bytes >> 20),
                      got, want),
            0, 0.02);
      }
}

TEST(DdrCurve, LongStreamsReachWhatLanguageModelsReachOnSilicon) {
  // Weight streaming of ChatGLM2-6B on SE7-32: 44 to 54 GB/s, other overheads included. The model must not be below.
  const double got = gb_per_s(1 << 28, time_of(isa::load_chip("bm1684x"), contiguous(1 << 28)));
  fmt::print("256 MB: {:.1f} GB/s; published LLM weight streams 44..54 GB/s; vendor's ideal 58 GiB/s = 62.3 GB/s\n",
             got);
  EXPECT_GT(got, 54);
  EXPECT_LT(got, 62.3);
}

TEST(DdrCurve, ASingleGranuleGoesAtTheRateOfOneController) {
  const isa::ChipSpec chip = test_chip();
  for (std::uint64_t bytes = 64; bytes <= 4096; bytes *= 2) {
    const double want = 18000 + static_cast<double>(bytes) / 16 * 1000;
    EXPECT_EQ(deviation(fmt::format("{} bytes, ps", bytes), double(time_of(chip, contiguous(bytes))), want), 0);
  }
  const Service service = one(chip, contiguous(4096));
  EXPECT_EQ(of(service, Rule::kBandwidth), 64000);
  EXPECT_EQ(of(service, Rule::kInterleave), 256000 - 64000) << "three controllers idle";
}

TEST(DdrCurve, RowsOfOneBankCostTheRowCycle) {
  const isa::ChipSpec chip = test_chip();
  for (const std::uint64_t run : {64, 128, 256, 512, 1024, 2048, 4096}) {
    const std::uint32_t runs = 2000;
    // Activate to activate: tRC, or the data between tRCD and the precharge.
    const double period = std::max(60.0, 18 + static_cast<double>(run) / 16 + 18);
    const double refresh = 1 - (18 + 280 + 18) / 3904.0;
    const double got = static_cast<double>(time_of(chip, strided(run, runs, 4 * 8 * 4096))) / runs;
    EXPECT_NEAR(
        deviation(fmt::format("{} x {} bytes, stride 128 KiB, ps per run", runs, run), got, period * 1000 / refresh), 0,
        0.01);
  }
}

TEST(DdrCurve, ShortRunsOverManyBanksCostTheActivateWindow) {
  const isa::ChipSpec chip = test_chip();
  for (const std::uint64_t run : {64, 128, 256, 512, 1024, 4096}) {
    const std::uint32_t runs = 4000;
    const double period = std::max(10.0, static_cast<double>(run) / 16);  // one controller, the next bank every time
    const double refresh = 1 - (18 + 280 + 18) / 3904.0;
    const double got = static_cast<double>(time_of(chip, strided(run, runs, 4 * 4096))) / runs;
    EXPECT_NEAR(
        deviation(fmt::format("{} x {} bytes, stride 16 KiB, ps per run", runs, run), got, period * 1000 / refresh), 0,
        0.01);
  }
}

TEST(DdrCurve, BytesThatFillNoBurstAreNamed) {
  const isa::ChipSpec chip = test_chip();
  for (const std::uint64_t run : {2, 16, 32, 64, 100}) {
    const std::uint32_t runs = 1024;
    const Service service = one(chip, strided(run, runs, 4096 + 256));
    const double asked = double(run * runs) / 64 * 1000;
    const std::uint64_t bursts = (run + 63) / 64 * runs;
    const double moved = double(bursts) * 1000;
    EXPECT_NEAR(double(of(service, Rule::kBandwidth)), asked, 1);
    EXPECT_NEAR(double(of(service, Rule::kBurst)), moved - asked, 2);
  }
}

TEST(DdrCurve, PrintsEfficiencyOverSizeStrideAndDirection) {
  const isa::ChipSpec chip = test_chip();
  fmt::print("GB/s of 64 for 1 MiB in runs\n{:>10}", "run bytes");
  const std::int64_t gaps[] = {0, 64, 4096, 12544, 16384, 131072};
  for (const auto gap : gaps) fmt::print("{:>11}", fmt::format("+{}", gap));
  fmt::print("\n");
  for (const std::uint64_t run : {64, 256, 1024, 4096, 16384, 65536})
    for (const Access access : {Access::kRead, Access::kWrite}) {
      fmt::print("{:>5} {:>4}", run, access == Access::kRead ? "rd" : "wr");
      double best = 0;
      for (const auto gap : gaps) {
        const auto runs = static_cast<std::uint32_t>((1 << 20) / run);
        const double rate =
            gb_per_s(1 << 20, time_of(chip, strided(run, runs, static_cast<std::int64_t>(run) + gap), access));
        fmt::print("{:>11.1f}", rate);
        best = std::max(best, rate);
        EXPECT_LE(rate, 64);
      }
      fmt::print("\n");
      EXPECT_GT(best, 50) << "contiguous data";
    }
}

const Pattern kShapes[] = {contiguous(0),           strided(0, 64, 4096),        strided(0, 500, 12544, 96),
                           strided(0, 300, 131072), strided(0, 2000, 16384, 64), strided(0, 40, 100000)};

TEST(DdrProperty, MoreBytesNeverTakeLess) {
  for (const char* detail : {"ddr.detail=0", "ddr.detail=1"}) {
    isa::ChipSpec chip = test_chip();
    isa::apply_setting(chip, detail);
    for (Pattern p : kShapes)
      for (const Access access : {Access::kRead, Access::kWrite}) {
        Picoseconds last = 0;
        for (p.run_bytes = 1; p.run_bytes < 200'000; p.run_bytes += 1 + p.run_bytes / 9) {
          const Picoseconds time = time_of(chip, p, access);
          ASSERT_GE(time, last) << p.run_bytes << " bytes, stride " << p.stride[3];
          last = time;
        }
      }
  }
}

TEST(DdrProperty, MoreRunsNeverTakeLess) {
  const isa::ChipSpec chip = test_chip();
  for (Pattern p : kShapes) {
    p.run_bytes = 200;
    Picoseconds last = 0;
    for (p.count[3] = 1; p.count[3] < 5000; p.count[3] += 1 + p.count[3] / 9) {
      const Picoseconds time = time_of(chip, p);
      ASSERT_GE(time, last) << p.count[3] << " runs, stride " << p.stride[3];
      last = time;
    }
  }
}

TEST(DdrProperty, AFasterClockNeverTakesLonger) {
  for (Pattern p : kShapes) {
    p.run_bytes = 3000;
    Picoseconds last = std::numeric_limits<Picoseconds>::max();
    for (double rate = 800; rate <= 8000; rate *= 1.1) {
      isa::ChipSpec chip = test_chip();
      chip.ddr.rate_mt_per_s = rate;
      const Picoseconds time = time_of(chip, p);
      ASSERT_LE(time, last) << rate << " MT/s, stride " << p.stride[3];
      last = time;
    }
  }
}

TEST(DdrProperty, MoreControllersNeverTakeLongerForLongRuns) {
  for (const std::uint64_t bytes : {5000, 100'000, 10'000'000}) {
    Picoseconds last = std::numeric_limits<Picoseconds>::max();
    for (const std::int64_t controllers : {1, 2, 3, 4, 6, 8, 16}) {
      isa::ChipSpec chip = test_chip();
      chip.ddr.controllers = controllers;
      const Picoseconds time = time_of(chip, contiguous(bytes));
      ASSERT_LE(time, last) << controllers << " controllers, " << bytes << " bytes";
      last = time;
    }
  }
}

TEST(DdrProperty, NegativeStridesTakeWhatTheirMirrorImageTakes) {
  const isa::ChipSpec chip = test_chip();
  Pattern p = strided(700, 100, -5000, 1 << 20);
  EXPECT_EQ(time_of(chip, p), time_of(chip, strided(700, 100, 5000, (1 << 20) - 99 * 5000)));
}

TEST(DdrProperty, NothingAskedTakesNoTime) {
  for (const char* detail : {"ddr.detail=0", "ddr.detail=1"}) {
    isa::ChipSpec chip = test_chip();
    isa::apply_setting(chip, detail);
    const Service service = make_ddr_timing(chip)->when(500, contiguous(0), Access::kRead);
    EXPECT_EQ(service.start, 500);
    EXPECT_EQ(service.end, 500);
  }
}

TEST(DdrProperty, ANumberOfRunsBeyondTheBudgetTakesItsShare) {
  const isa::ChipSpec chip = test_chip();
  Pattern p = strided(4, 1024, 1000);  // does not repeat within a row of the pattern
  p.count[2] = 1024;
  p.stride[2] = 1'024'004;
  p.count[1] = 1;
  const double within = static_cast<double>(time_of(chip, p));
  p.count[1] = 8;
  p.stride[1] = 1'111'111'116;
  const double beyond = static_cast<double>(time_of(chip, p));
  EXPECT_NEAR(deviation("8 Mi runs, ps per Mi", beyond / 8, within), 0, 0.01);
}

}  // namespace
}  // namespace bmemu::memory
