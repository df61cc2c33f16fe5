// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/cost.h"

#include <gtest/gtest.h>

#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator {
namespace {

using isa::bm1684::Ar;
using isa::bm1684::Conv;
using isa::bm1684::Mm;
using isa::bm1684::PorD;

constexpr std::uint64_t kI8 = 0, kF32 = 2, kI16 = 3, kI32 = 4;

const isa::ChipSpec& bm1684() {
  static const isa::ChipSpec kChip = isa::load_chip("bm1684");
  return kChip;
}

template <class T>
T result(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w, std::uint64_t precision) {
  T i;
  i.res0_n = n, i.res0_c = c, i.res0_h = h, i.res0_w = w;
  i.opt_opd0_prec = i.opt_opd1_prec = i.opt_res0_prec = precision;
  i.res0_addr = isa::kLocalBase;
  return i;
}

Conv conv(std::uint64_t n, std::uint64_t oc, std::uint64_t h, std::uint64_t w, std::uint64_t precision,
          std::uint64_t ic, std::uint64_t kernel, std::uint64_t stride) {
  auto i = result<Conv>(n, oc, h, w, precision);
  i.opd0_c = ic;
  i.opd1_h = i.opd1_w = kernel;
  i.res_op_x_str = i.res_op_y_str = stride;
  i.tsk_opd_num = 3;
  return i;
}

TEST(Bm1684ConvCost, RowsTimesTapsTimesChannelBlocksPlusDrain) {
  // 56 * 56 / 16 = 196 rows; 9 taps of 16 blocks of 4 channels; 8 + 2 cycles of drain with bias.
  EXPECT_EQ(cost(conv(1, 64, 56, 56, kI8, 64, 3, 1), bm1684()).total(), 196 * (9 * 16 + 10));
  // 4 rows of 16 pixels; one tap of 32 blocks of 2 channels; 3 + 2 cycles of drain.
  EXPECT_EQ(cost(conv(1, 64, 8, 8, kF32, 64, 1, 1), bm1684()).total(), 4 * (32 + 5));
}

TEST(Bm1684ConvCost, FourBatchesOfBytesCostAsMuchAsOneAndAreLessPadding) {
  const auto one = cost(conv(1, 64, 56, 56, kI8, 64, 3, 1), bm1684());
  const auto four = cost(conv(4, 64, 56, 56, kI8, 64, 3, 1), bm1684());
  EXPECT_EQ(one.total(), four.total());
  EXPECT_EQ(one[Cause::kPadding], 196 * 9 * 16 * 3 / 4);
  EXPECT_EQ(four[Cause::kPadding], 0);
  EXPECT_EQ(four[Cause::kArray], 196 * 9 * 16);
}

TEST(Bm1684ConvCost, FewChannelsStarveTheArray) {
  // Three f32 channels: five cycles per tap although two blocks hold them.
  const auto f32 = cost(conv(1, 64, 22, 112, kF32, 3, 3, 1), bm1684());
  EXPECT_EQ(f32.total(), 154 * (9 * 5 + 5));
  EXPECT_EQ(f32[Cause::kSupply], 154 * 9 * (5 - 2));
  // Sixteen 8-bit channels: 4 blocks at 130 %.
  EXPECT_EQ(cost(conv(4, 64, 8, 8, kI8, 16, 3, 1), bm1684()).total(), 4 * 9 * 52 / 10 + 4 * 10);
  // One f32 channel, x stride 4: five rows of input per row of output.
  EXPECT_EQ(cost(conv(1, 64, 4, 4, kF32, 1, 1, 4), bm1684()).total(), 5 + 5);
}

TEST(Bm1684ConvCost, TheSmallerStrideDecidesAboutStarvation) {
  auto wide = conv(1, 64, 16, 16, kI8, 12, 3, 1);
  wide.res_op_x_str = 3;
  EXPECT_EQ(cost(wide, bm1684()).total(), cost(conv(1, 64, 16, 16, kI8, 12, 3, 1), bm1684()).total());
  EXPECT_GT(cost(conv(1, 64, 16, 16, kI8, 12, 3, 3), bm1684()).total(), cost(wide, bm1684()).total());
}

TEST(Bm1684ConvCost, ChannelsThatWrapAroundTheLanesTakeASecondRow) {
  auto i = conv(1, 14, 16, 16, kF32, 8, 1, 1);
  const auto at_lane_0 = cost(i, bm1684()).total();
  i.res0_addr += 56 * 0x80000;
  EXPECT_EQ(cost(i, bm1684()).total(), 2 * at_lane_0);
}

TEST(Bm1684ConvCost, WinogradGoesByTilesOfFour) {
  auto i = conv(1, 256, 14, 14, kI8, 256, 4, 1);
  i.opt_winograd = 1;
  EXPECT_EQ(cost(i, bm1684()).total(), 4 * 49 * (64 + 10));
}

TEST(Bm1684PorDCost, EveryTapFetchesStridePlusOneRows) {
  auto i = result<PorD>(4, 64, 28, 28, kI8);
  i.tsk_eu_typ = 4;
  i.opd1_h = i.opd1_w = 2;
  i.res_op_x_str = i.res_op_y_str = 2;
  EXPECT_EQ(cost(i, bm1684()).total(), 4 * 13 * (4 * 3 - 1));
  i = result<PorD>(1, 64, 28, 28, kF32);
  i.tsk_eu_typ = 4;
  i.opd1_h = i.opd1_w = 2;
  i.res_op_x_str = i.res_op_y_str = 2;
  EXPECT_EQ(cost(i, bm1684()).total(), 49 * 2 * (2 * 3 - 1));
  i.tsk_eu_typ = 1;
  EXPECT_EQ(cost(i, bm1684()).total(), 49 * (2 * (2 * 3 - 1) + 5));
}

TEST(Bm1684MmCost, OneStepOfKPerCycleAndRow) {
  auto i = result<Mm>(1, 128, 1, 32, kF32);
  i.opd0_n = 1, i.opd0_c = 22, i.opd0_w = 32, i.opd1_w = 11;
  i.opt_res_add = 1;
  i.tsk_opd_num = 2;
  EXPECT_EQ(cost(i, bm1684()).total(), 4 * (683 + 6 + 2));
  i.tsk_opd_num = 3;
  EXPECT_EQ(cost(i, bm1684()).total(), 4 * (683 + 6 + 4));
}

TEST(Bm1684ArCost, CyclesPerRowDependOnOperationAndWidth) {
  const auto cycles = [](std::uint64_t operation, std::uint64_t from, std::uint64_t to) {
    auto i = result<Ar>(1, 64, 4, 4, from);
    i.opt_res0_prec = to;
    i.tsk_eu_typ = operation;
    return cost(i, bm1684()).total();
  };
  EXPECT_EQ(cycles(19, kF32, kF32), 1);
  EXPECT_EQ(cycles(2, kF32, kF32), 2);
  EXPECT_EQ(cycles(6, kI32, kI32), 2);
  EXPECT_EQ(cycles(1, kF32, kF32), 5);
  EXPECT_EQ(cycles(12, kF32, kF32), 30);
  EXPECT_EQ(cycles(0, kI8, kI8), 3);
  EXPECT_EQ(cycles(0, kI8, kI16), 2);
  EXPECT_EQ(cycles(4, kI8, kI8), 1);
  EXPECT_EQ(cycles(2, kI16, kI16), 3);
  EXPECT_EQ(cycles(5, kI16, kI16), 2);
  EXPECT_EQ(cycles(2, kI16, kI8), 4);
}

TEST(Bm1684ArCost, PackedDataGoesByFourBatches) {
  for (std::uint64_t n = 1; n <= 4; ++n) EXPECT_EQ(cost(result<Ar>(n, 64, 4, 4, kI8), bm1684()).total(), 3);
  EXPECT_EQ(cost(result<Ar>(5, 64, 4, 4, kI8), bm1684()).total(), 6);
  EXPECT_EQ(cost(result<Ar>(5, 64, 4, 4, kF32), bm1684()).total(), 10);
}

TEST(Bm1684MdCost, TaylorGrowsWithItsTerms) {
  auto i = result<isa::bm1684::MdSfu>(1, 64, 4, 4, kF32);
  i.tsk_eu_typ = 13;
  i.opd1_n = 12;
  EXPECT_EQ(cost(i, bm1684()).total(), 50);
  i.opd1_n = 32;
  EXPECT_EQ(cost(i, bm1684()).total(), 130);
}

TEST(Bm1684Cost, OneElementMoreThanARowIsMostlyPadding) {
  const auto full = cost(result<Ar>(1, 64, 4, 4, kF32), bm1684());
  EXPECT_EQ(full[Cause::kPadding], 0);
  const auto more = cost(result<Ar>(1, 64, 1, 17, kF32), bm1684());
  EXPECT_EQ(more.total(), 4);
  EXPECT_EQ(more[Cause::kArray], 2);
  EXPECT_EQ(more[Cause::kPadding], 2);
}

TEST(Bm1684Cost, MoreLanesOrExecutionUnitsAreNeverSlower) {
  auto half_lanes = bm1684(), half_units = bm1684(), double_units = bm1684();
  half_lanes.tiu.lanes /= 2;
  half_units.tiu.eu_bytes /= 2;
  double_units.tiu.eu_bytes *= 2;
  for (const std::uint64_t precision : {kI8, kF32})
    for (const std::uint64_t channels : {1, 31, 33, 64, 65, 200})
      for (const std::uint64_t side : {1, 3, 4, 7, 40}) {
        const auto i = conv(3, channels, side, side, precision, channels, 3, 2);
        auto p = result<PorD>(3, channels, side, side, precision);
        p.tsk_eu_typ = 4;
        p.opd1_h = p.opd1_w = 3;
        const auto a = result<Ar>(3, channels, side, side, precision);
        const auto slower_or_equal = [&](const auto& instruction) {
          const auto base = cost(instruction, bm1684()).total();
          EXPECT_GE(cost(instruction, half_lanes).total(), base);
          EXPECT_GE(cost(instruction, half_units).total(), base);
          EXPECT_LE(cost(instruction, double_units).total(), base);
        };
        slower_or_equal(i);
        slower_or_equal(p);
        slower_or_equal(a);
      }
  EXPECT_EQ(cost(result<Ar>(1, 64, 16, 16, kF32), half_lanes).total(), 64);
  EXPECT_EQ(cost(result<Ar>(1, 64, 16, 16, kF32), half_units).total(), 64);
  EXPECT_EQ(cost(result<Ar>(1, 64, 16, 16, kF32), double_units).total(), 16);
}

TEST(Bm1684Cost, SenselessSizesGiveALongTimeAndNotANegativeOne) {
  constexpr std::uint64_t kMost = 0xFFFF;
  auto i = conv(kMost, kMost, kMost, kMost, kF32, kMost, kMost, 15);
  EXPECT_GT(cost(i, bm1684()).total(), std::int64_t{1} << 52);
  i.opt_winograd = 1;
  EXPECT_GT(cost(i, bm1684()).total(), 0);
  auto empty_window = result<PorD>(1, 64, 4, 4, kF32);
  empty_window.tsk_eu_typ = 4;
  empty_window.opd1_h = 3;
  EXPECT_EQ(cost(empty_window, bm1684()).total(), 0);
  EXPECT_EQ(cost(Conv{}, bm1684()).total(), 0);
}

}  // namespace
}  // namespace bmemu::emulator
