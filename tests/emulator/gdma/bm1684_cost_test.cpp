// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include "emulator/gdma/bm1684/cost.h"
#include "isa/chip/chip_file.h"

namespace bmemu::emulator {
namespace {

using isa::bm1684::Dma;

constexpr std::uint64_t kLoad = 0, kStore = 1, kGlobal = 2, kLocal = 3;

const isa::ChipSpec& bm1684() {
  static const isa::ChipSpec kChip = isa::load_chip("bm1684");
  return kChip;
}

/// A copy of whole rows with no gap on either side.
Dma copy(std::uint64_t direction, std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w) {
  Dma i;
  i.direction = direction;
  i.stride_enable = 1;
  i.src_nsize = i.dst_nsize = n;
  i.src_csize = i.dst_csize = c;
  i.src_hsize = i.dst_hsize = h;
  i.src_wsize = i.dst_wsize = w;
  i.src_wstride = i.dst_wstride = 1;
  i.src_hstride = i.dst_hstride = w;
  i.src_cstride = i.dst_cstride = h * w;
  i.src_nstride = i.dst_nstride = c * h * w;
  return i;
}

// 59.13 bytes per cycle between refreshes, which take 380 of 3900 ns.
constexpr double kBytesPerCycle = 59.13;
constexpr double kRefresh = 3900.0 / (3900 - 380);

TEST(Bm1684GdmaCost, ALoadIsItsStartAndItsBytesStretchedByRefresh) {
  const auto load = cost(copy(kLoad, 1, 64, 56, 56), bm1684());
  EXPECT_NEAR(double(load.total()), (124 + 64 * 56 * 56 * 4 / kBytesPerCycle) * kRefresh, 1);
  EXPECT_EQ(load[Cause::kDescriptor], 124);
  EXPECT_EQ(load[Cause::kRow], 0);
  const auto store = cost(copy(kStore, 1, 64, 56, 56), bm1684());
  EXPECT_NEAR(double(load.total() - store.total()), (124 - 41) * kRefresh, 1);
}

TEST(Bm1684GdmaCost, OneValuePerChannelCostsHalfACyclePerChannel) {
  const auto bias = cost(copy(kLoad, 1, 2048, 1, 1), bm1684());
  EXPECT_EQ(bias.total(), static_cast<std::int64_t>((124 + 1024) * kRefresh));
  EXPECT_GT(bias[Cause::kRow], 800);
}

TEST(Bm1684GdmaCost, RowsCountOneByOneOnlyWhereTheyDoNotFollowEachOther) {
  auto i = copy(kGlobal, 1, 35, 14, 1);
  const auto packed = cost(i, bm1684()).total();
  i.src_hstride = 22;
  EXPECT_EQ(cost(i, bm1684()).total(), static_cast<std::int64_t>((124 + 0.5 * 35 * 14) * kRefresh));
  EXPECT_LT(packed, cost(i, bm1684()).total());
}

TEST(Bm1684GdmaCost, EveryPieceOfAMatrixThatGoesToOneLaneIsARow) {
  auto i = copy(kLoad, 1, 1, 40, 32);
  i.sys_mem_type = 1;
  i.dst_nsize = 40, i.dst_csize = 32, i.dst_hsize = i.dst_wsize = 1;
  EXPECT_EQ(cost(i, bm1684()).total(), static_cast<std::int64_t>((124 + 0.5 * 40 * 32) * kRefresh));
}

TEST(Bm1684GdmaCost, InsideLocalMemoryACopyTakesTwoPassesAndAFillOne) {
  EXPECT_EQ(cost(copy(kLocal, 1, 32, 80, 160), bm1684()).total(), 3 + 32 * 80 * 160 * 4 / 32);
  auto fill = copy(kLocal, 1, 1, 1024, 1);
  fill.special_func = 4;
  EXPECT_EQ(cost(fill, bm1684()).total(), 7 + 4096 / 64);
  fill = copy(kLocal, 1, 512, 1, 1);
  fill.special_func = 4;
  EXPECT_EQ(cost(fill, bm1684()).total(), 7 + 512 / 2);
}

TEST(Bm1684GdmaCost, BytesApartAreReadTwiceOverAndPayForPages) {
  auto i = copy(kLoad, 1, 8, 1, 128);
  i.src_data_format = i.dst_data_format = 3;
  i.src_wstride = 4;
  i.src_hstride = i.src_cstride = 512;
  i.src_nstride = 4096;
  const auto scattered = cost(i, bm1684());
  EXPECT_EQ(scattered.total(), static_cast<std::int64_t>((124 + 2 * 8 * 509 / kBytesPerCycle + 53) * kRefresh));
  EXPECT_EQ(scattered[Cause::kDdrRow], 53);
}

TEST(Bm1684GdmaCost, SenselessSizesGiveALongTimeAndNotANegativeOne) {
  constexpr std::uint64_t kMost = 0xFFFF;
  auto i = copy(kLoad, kMost, kMost, kMost, kMost);
  EXPECT_GT(cost(i, bm1684()).total(), std::int64_t{1} << 52);
  i = copy(kLoad, 0, 0, 0, 0);
  i.src_wstride = 4;
  const auto nothing = cost(i, bm1684());
  EXPECT_EQ(nothing.total(), static_cast<std::int64_t>(124 * kRefresh));
  for (std::size_t cause = 0; cause < kCauseCount; ++cause) EXPECT_GE(nothing[static_cast<Cause>(cause)], 0);
}

TEST(Bm1684GdmaCost, FasterDdrAndPortsAreNeverSlower) {
  auto slow = bm1684(), fast = bm1684(), narrow = bm1684();
  slow.ddr.rate_mt_per_s /= 2;
  fast.ddr.rate_mt_per_s *= 2;
  narrow.ideal_dma.port_bytes_per_cycle = 16;
  for (const auto& i : {copy(kLoad, 1, 64, 56, 56), copy(kStore, 1, 64, 1, 1), copy(kGlobal, 4, 3, 224, 224)}) {
    const auto base = cost(i, bm1684()).total();
    EXPECT_GE(cost(i, slow).total(), base);
    EXPECT_LE(cost(i, fast).total(), base);
    EXPECT_GE(cost(i, narrow).total(), base);
  }
  EXPECT_NEAR(double(cost(copy(kLoad, 1, 64, 224, 224), slow).total()),
              2.0 * double(cost(copy(kLoad, 1, 64, 224, 224), bm1684()).total()), 200);
  // Beyond the port's 36.8 GB/s faster DDR does not help.
  EXPECT_NEAR(double(cost(copy(kLoad, 1, 64, 224, 224), fast).total()),
              (124 + 64 * 224 * 224 * 4 / (36.8 / 0.55)) * kRefresh, 2);
}

}  // namespace
}  // namespace bmemu::emulator
