// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Hand-computed costs of BM1684X TIU instructions, on a chip of 64 lanes with 64 bytes of execution units each.
#include "emulator/tiu/bm1684x/cost.h"

#include <gtest/gtest.h>

#include "isa/chip/chip_file.h"

namespace bmemu::emulator {
namespace {

using namespace isa::bm1684x;

const isa::ChipSpec& chip() {
  static const isa::ChipSpec kChip = isa::load_chip("bm1684x");
  return kChip;
}

template <class T>
T result(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w, std::uint64_t precision) {
  T f;
  f.res0_n = n, f.res0_c = c, f.res0_h = h, f.res0_w = w;
  f.res0_prec = f.opd0_prec = f.opd1_prec = f.opd2_prec = precision;
  f.res0_addr = 0x20000;
  return f;
}

constexpr std::uint64_t kI8 = 0, kF16 = 1, kF32 = 2, kI32 = 4, kFree = 3;

Conv conv(std::uint64_t precision, std::uint64_t ic) {
  auto f = result<Conv>(1, 65, 5, 5, precision);
  f.opd0_c = ic, f.opd1_h = 3, f.opd1_w = 3;
  return f;
}

TEST(Bm1684xConvCost, RoundsLanesPixelsAndChannelsUp) {
  // 2 rows of lanes, 25 pixels in groups of 4 = 7, 9 taps, 65 channels in groups of 64 = 2.
  EXPECT_EQ(cost(conv(kI8, 65), chip()).total(), 2 * 7 * 9 * 2);
  EXPECT_EQ(cost(conv(kF16, 65), chip()).total(), 2 * 7 * 9 * 3);
  // 32-bit: 16 pixels at once, one channel per cycle.
  EXPECT_EQ(cost(conv(kF32, 65), chip()).total(), 2 * 2 * 9 * 65);
}

TEST(Bm1684xConvCost, SplitsRealWorkFromPadding) {
  const auto cost_of = cost(conv(kI8, 64), chip());
  EXPECT_EQ(cost_of[Cause::kArray], (65 * 25 * 9 * 64 + 64 * 256 - 1) / (64 * 256));
  EXPECT_EQ(cost_of[Cause::kPadding], 2 * 7 * 9 - cost_of[Cause::kArray]);
}

TEST(Bm1684xConvCost, StartLaneMayBeginOneMoreRowOfLanes) {
  auto f = result<Conv>(1, 60, 4, 4, kI8);
  f.opd0_c = 64, f.opd1_h = f.opd1_w = 1;
  EXPECT_EQ(cost(f, chip()).total(), 4);
  f.res0_addr = 8 * 0x40000;
  EXPECT_EQ(cost(f, chip()).total(), 8);
}

TEST(Bm1684xMatrixCost, CountsPasses) {
  auto f = result<Mm>(1, 4, 1, 128, kF32);
  f.opd0_n = 3, f.opd0_c = 2, f.opd0_w = 32, f.opd1_w = 8;  // K = 40
  f.opd2_const = 1;
  EXPECT_EQ(cost(f, chip()).total(), 3 * 40 * 8);
  f.res_add = 1;
  EXPECT_EQ(cost(f, chip()).total(), 3 * 41 * 8);
  f.opd2_const = 0;
  EXPECT_EQ(cost(f, chip()).total(), 3 * 42 * 8);
}

TEST(Bm1684xMatrixCost, OneRowPerLaneUsesTheCube) {
  auto f = result<Mm2>(1, 65, 1, 101, kF16);
  f.tsk_eu_typ = 4, f.opd1_c = 100, f.opd1_w = 101;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 26 * 4);
  f.tsk_eu_typ = 5, f.opd1_c = 101, f.opd1_w = 64;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 26 * 2);
}

TEST(Bm1684xPoolingCost, HighWindowsMergeLinesAndFlatOnesDoNot) {
  auto f = result<PorD>(1, 64, 14, 14, kF16);
  f.res_op_x_str = f.res_op_y_str = 1;
  f.opd1_h = f.opd1_w = 3;
  EXPECT_EQ(cost(f, chip()).total(), 7 * 9);  // 196 elements in rows of 32
  f.opd1_h = 1;
  EXPECT_EQ(cost(f, chip()).total(), 14 * 3);
}

TEST(Bm1684xPoolingCost, StrideInBothDirectionsTakesThreePasses) {
  auto f = result<PorD>(1, 64, 8, 8, kF16);
  f.opd1_h = f.opd1_w = 2;
  f.res_op_x_str = 2, f.res_op_y_str = 1;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 4);
  f.res_op_y_str = 2;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 4 * 3);
  EXPECT_EQ(cost(f, chip())[Cause::kSupply], 2 * 4 * 2);
}

Ar ar(std::uint64_t operation, std::uint64_t h, std::uint64_t w, std::uint64_t precision) {
  auto f = result<Ar>(1, 64, h, w, precision);
  f.tsk_eu_typ = operation, f.tsk_opd_num = 2;
  f.opd0_addr = 0x4000, f.opd1_addr = 0x8000;
  return f;
}

TEST(Bm1684xArithmeticCost, WidestOperandSetsTheRow) {
  auto f = ar(0, 10, 10, kI8);
  EXPECT_EQ(cost(f, chip()).total(), 2);
  f.opd1_prec = kI32;
  EXPECT_EQ(cost(f, chip()).total(), 7);
}

TEST(Bm1684xArithmeticCost, ResultInPlaceOfAnOperandTakesRowsTwiceButNotInCopies) {
  auto f = ar(2, 4, 16, kF32);
  EXPECT_EQ(cost(f, chip()).total(), 4);
  f.res0_addr = f.opd1_addr;
  EXPECT_EQ(cost(f, chip()).total(), 8);
  EXPECT_EQ(cost(f, chip())[Cause::kBankConflict], 4);
  f.res0_addr = f.opd1_addr + 64;  // the same bank, another place
  EXPECT_EQ(cost(f, chip()).total(), 4);
  f.opd1_const = 1, f.res0_addr = f.opd1_addr;  // a constant that happens to look like the address
  EXPECT_EQ(cost(f, chip()).total(), 4);
  f.tsk_eu_typ = 19, f.tsk_opd_num = 1, f.res0_addr = f.opd0_addr;
  EXPECT_EQ(cost(f, chip()).total(), 4);
}

TEST(Bm1684xArithmeticCost, StridedElementsComeOneLineEach) {
  auto f = ar(19, 21, 16, kF32);
  f.tsk_opd_num = 1;
  f.opd0_str = kFree, f.opd0_h_str = 1, f.opd0_w_str = 5;
  EXPECT_EQ(cost(f, chip()).total(), 21 * 5);
  f.opd0_w_str = 21;  // no more than one line per element
  EXPECT_EQ(cost(f, chip()).total(), 21 * 16);
}

TEST(Bm1684xArithmeticCost, GapsBetweenLinesOfThePlaneCountTheLinesTouched) {
  auto f = ar(19, 19, 10, kF16);  // 190 elements, 6 rows of 32
  f.tsk_opd_num = 1;
  f.opd0_str = kFree, f.opd0_w_str = 1;
  f.opd0_h_str = 24;  // 48 bytes apart: 15 lines of 64 bytes, 2 per row
  EXPECT_EQ(cost(f, chip()).total(), 6 * 2);
  f.opd0_h_str = 59;  // 118 bytes apart, the second piece lies over the end of a line: 2 lines each
  EXPECT_EQ(cost(f, chip()).total(), 6 * 6);
  f.opd0_h_str = 52;  // 104 bytes apart, the second piece lies inside a line
  EXPECT_EQ(cost(f, chip()).total(), 6 * 3);
}

TEST(Bm1684xArithmeticCost, TwoFreeOperandsAreSuppliedOneAfterTheOther) {
  auto f = ar(2, 8, 16, kF32);
  f.opd0_str = f.opd1_str = kFree;
  f.opd0_h_str = f.opd1_h_str = 16, f.opd0_w_str = f.opd1_w_str = 1;
  EXPECT_EQ(cost(f, chip()).total(), 8 * 2);
  f.opd1_h_str = 0, f.opd1_w_str = 0;  // one value for the plane
  EXPECT_EQ(cost(f, chip()).total(), 8 * 2);
  f.opd1_h_str = 1;  // one value for every line of the plane
  EXPECT_EQ(cost(f, chip()).total(), 8);
}

TEST(Bm1684xArithmeticCost, DivisionCountsItsPasses) {
  auto f = ar(12, 4, 16, kF32);
  f.res0_addr = f.opd0_addr;
  EXPECT_EQ(cost(f, chip()).total(), 4 * 31);
}

TEST(Bm1684xRequantisationCost, WorksAtThePaceOf32BitsAndSharesNoBank) {
  auto f = result<RqDq>(1, 64, 10, 10, kI8);
  f.opd0_addr = 0x4000;
  EXPECT_EQ(cost(f, chip()).total(), 7);
  f.opd0_addr = f.res0_addr + 0x100;
  EXPECT_EQ(cost(f, chip()).total(), 14);
}

TEST(Bm1684xSpecialFunctionCost, CountsCoefficients) {
  auto f = result<Sfu>(1, 64, 1, 512, kF16);
  f.tsk_eu_typ = 12, f.opd1_n = 7;
  EXPECT_EQ(cost(f, chip()).total(), 16 * 7);
  f.tsk_eu_typ = 15;
  EXPECT_EQ(cost(f, chip()).total(), 16);
  f.tsk_eu_typ = 17;
  EXPECT_EQ(cost(f, chip()).total(), 16 * 30);
}

TEST(Bm1684xCompareCost, TakesTwoPasses) { EXPECT_EQ(cost(result<Cmp>(1, 65, 7, 7, kF16), chip()).total(), 2 * 2 * 2); }

TEST(Bm1684xTransposeAndBroadcastCost, FollowsTheEstimateOfEachForm) {
  auto f = result<TransBc>(2, 100, 3, 50, kF16);
  f.tsk_eu_typ = 0;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 3 * 4);
  f.tsk_eu_typ = 1;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 3 * 2);
  f.tsk_eu_typ = 2;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 2 * 100 * 5);
  f.tsk_eu_typ = 3;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 2 * 5);
  f.opd0_addr = f.res0_addr;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 2 * 5 * 2);
  f.opd0_addr = f.res0_addr + 0x40000;  // the same bank of the next lane
  EXPECT_EQ(cost(f, chip()).total(), 2 * 2 * 5);
}

TEST(Bm1684xGatherCost, TakesAnElementPerLaneAndCycle) {
  auto f = result<Sg>(2, 65, 1, 101, kI8);
  f.tsk_eu_typ = 5;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 2 * 101);
  f.tsk_eu_typ = 13;
  EXPECT_EQ(cost(f, chip()).total(), 606);
  EXPECT_EQ(cost(f, chip())[Cause::kBankConflict], 202);
  f.tsk_eu_typ = 14, f.opd1_w = 3;
  EXPECT_EQ(cost(f, chip()).total(), 2 * 2 * 3);
}

TEST(Bm1684xTiuCost, MoreLanesOrExecutionUnitsAreNeverSlower) {
  const auto f = conv(kF16, 100);
  const auto g = ar(2, 23, 17, kF32);
  isa::ChipSpec what_if = chip();
  std::int64_t conv_before = 0, ar_before = 0;
  for (const std::int64_t lanes : {1, 2, 4, 8, 16, 32, 64}) {
    what_if.tiu.lanes = lanes;
    const auto conv_now = cost(f, what_if).total(), ar_now = cost(g, what_if).total();
    if (lanes > 1) {
      EXPECT_LE(conv_now, conv_before) << lanes;
      EXPECT_LE(ar_now, ar_before) << lanes;
    }
    conv_before = conv_now, ar_before = ar_now;
  }
  what_if = chip();
  what_if.tiu.eu_bytes *= 2;
  EXPECT_LT(cost(g, what_if).total(), cost(g, chip()).total());
  what_if.tiu.cube_pixels *= 2;
  EXPECT_LT(cost(f, what_if).total(), cost(f, chip()).total());
  what_if.tiu.cube_channel_bytes *= 2;
  EXPECT_LT(cost(f, what_if).total() * 2, cost(f, chip()).total());
}

TEST(Bm1684xTiuCost, SenselessSizesGiveALongTimeAndNotANegativeOne) {
  constexpr std::uint64_t kMost = 0xFFFF;
  auto f = result<Conv>(kMost, kMost, kMost, kMost, kI8);
  f.opd0_c = f.opd1_h = f.opd1_w = kMost;
  EXPECT_GT(cost(f, chip()).total(), std::int64_t{1} << 52);
  auto g = ar(12, kMost, kMost, kI8);
  g.res0_n = g.res0_c = kMost;
  g.opd0_str = kFree, g.opd0_h_str = 0xFFFFF, g.opd0_w_str = 1;
  EXPECT_GT(cost(g, chip()).total(), 0);
  g.res0_w = 0;
  EXPECT_EQ(cost(g, chip()).total(), 0);
}

}  // namespace
}  // namespace bmemu::emulator
