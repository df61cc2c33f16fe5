// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Hand-computed costs of BM1684X transfers: 58, 44 and 28 bytes per cycle by direction, rows of 256 bytes and more,
// four DDR controllers that take turns every 4 KiB.
#include <gtest/gtest.h>

#include "emulator/gdma/bm1684x/cost.h"
#include "isa/chip/chip_file.h"

namespace bmemu::emulator {
namespace {

using namespace isa::bm1684x;

const isa::ChipSpec& chip() {
  static const isa::ChipSpec kChip = isa::load_chip("bm1684x");
  return kChip;
}

constexpr std::uint64_t kF16 = 1, kF32 = 2;
constexpr double kGib = 1.073741824;  // tensors run at 10^9 / 2^30 of the rate

struct Place {
  std::uint64_t low, high;
};
constexpr Place kDdr{0x1000, 1}, kDdr2{0x800000, 1}, kLocal{0x8000000, 0}, kLocal2{0x8004000, 0};

template <class T>
T between(Place from, Place to) {
  T f;
  f.src_start_addr_l32 = from.low, f.src_start_addr_h8 = from.high;
  f.dst_start_addr_l32 = to.low, f.dst_start_addr_h8 = to.high;
  f.stride_enable = 1;
  return f;
}

/// A packed tensor on both sides.
DmaTensor tensor(Place from, Place to, std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w,
                 std::uint64_t format) {
  auto f = between<DmaTensor>(from, to);
  f.nchw_copy = 1, f.src_data_format = format;
  f.src_nsize = n, f.src_csize = c, f.src_hsize = h, f.src_wsize = w;
  f.src_nstride = f.dst_nstride = c * h * w;
  f.src_cstride = f.dst_cstride = h * w;
  f.src_hstride = f.dst_hstride = w;
  f.src_wstride = f.dst_wstride = 1;
  return f;
}

std::int64_t cycles(double bytes, double rate) { return static_cast<std::int64_t>(bytes / rate); }

TEST(Bm1684xTensorCost, LargeTransfersRunAtTheRateOfTheirDirection) {
  const double bytes = 64.0 * 112 * 112 * 4;
  EXPECT_EQ(cost(tensor(kDdr, kLocal, 1, 64, 112, 112, kF32), chip()).total(), cycles(bytes, 58 / kGib));
  EXPECT_EQ(cost(tensor(kLocal, kDdr, 1, 64, 112, 112, kF32), chip()).total(), cycles(bytes, 44 / kGib));
  EXPECT_EQ(cost(tensor(kDdr, kDdr2, 1, 64, 112, 112, kF32), chip()).total(), cycles(bytes, 28 / kGib));
  EXPECT_EQ(cost(tensor(kLocal, kLocal2, 1, 64, 112, 112, kF32), chip()).total(), cycles(bytes, 28 / kGib));
}

TEST(Bm1684xTensorCost, ShortRowsTakeAsLongAs256BytesEach) {
  const auto cost_of = cost(tensor(kDdr, kLocal, 4, 64, 7, 7, kF32), chip());  // 256 rows of 196 bytes, 49 KiB
  EXPECT_EQ(cost_of.total(), cycles(256.0 * 256, 58 / kGib));
  EXPECT_EQ(cost_of[Cause::kTransfer], cycles(256.0 * 196, 58 / kGib));
  EXPECT_EQ(cost_of[Cause::kRow], cost_of.total() - cost_of[Cause::kTransfer]);
}

TEST(Bm1684xTensorCost, SmallTransfersReachFewControllers) {
  // 64 rows of 64 bytes: 4 KiB, one controller. 128 rows: two. 256 rows: all four.
  EXPECT_EQ(cost(tensor(kDdr, kLocal, 1, 64, 1, 32, kF16), chip()).total(), cycles(64.0 * 256 * 4, 58 / kGib));
  EXPECT_EQ(cost(tensor(kDdr, kLocal, 1, 128, 1, 32, kF16), chip()).total(), cycles(128.0 * 256 * 2, 58 / kGib));
  EXPECT_EQ(cost(tensor(kDdr, kLocal, 1, 256, 1, 32, kF16), chip()).total(), cycles(256.0 * 256, 58 / kGib));
  EXPECT_GT(cost(tensor(kDdr, kLocal, 1, 64, 1, 32, kF16), chip())[Cause::kDdr], 0);
}

TEST(Bm1684xTensorCost, BlocksThatLandOnOneControllerAreSlow) {
  auto f = tensor(kDdr, kLocal, 1, 256, 23, 128, kF16);  // 5888 bytes every 16 KiB: controllers 0 and 1
  f.src_cstride = 8192;
  EXPECT_EQ(cost(f, chip()).total(), cycles(256.0 * 5888 * 2, 58 / kGib));
  f.src_cstride = 23 * 128;
  EXPECT_EQ(cost(f, chip()).total(), cycles(256.0 * 5888, 58 / kGib));
}

TEST(Bm1684xTensorCost, SystemToSystemCountsControllersTwice) {
  auto f = tensor(kDdr, kDdr2, 1, 64, 1, 30, kF32);  // 120 bytes every 7680: controllers 0, 1, 3
  f.src_cstride = f.src_hstride = 1920;
  f.src_hstride = 30;
  // The destination, 7680 bytes, adds none: twice 3 of 4.
  EXPECT_EQ(cost(f, chip()).total(), cycles(64.0 * 256 * 16 / 9, 28 / kGib));
}

TEST(Bm1684xTensorCost, FillsAndBroadcastsRunAtTheFullRate) {
  auto fill = between<DmaTensor>({0, 0}, kLocal);
  fill.fill_constant_en = 1, fill.src_data_format = kF16;
  fill.dst_nsize = 1, fill.dst_csize = 1, fill.dst_hsize = fill.dst_wsize = 112, fill.dst_hstride = 112;
  EXPECT_EQ(cost(fill, chip()).total(), cycles(25088, 58));
  fill.dst_hsize = fill.dst_wsize = fill.dst_hstride = 7;
  EXPECT_EQ(cost(fill, chip()).total(), 4);  // 256 bytes

  auto broadcast = tensor(kDdr, kLocal, 1, 1, 110, 640, 0);
  broadcast.cmd_special_function = 3, broadcast.nchw_copy = 0, broadcast.dst_csize = 6;
  EXPECT_EQ(cost(broadcast, chip()).total(), cycles(70400, 58));
}

TEST(Bm1684xMatrixCost, ColumnsPerLaneAreTheRows) {
  auto f = between<DmaMatrix>(kDdr, kLocal);
  f.src_data_format = kF16, f.src_hsize = 64, f.src_wsize = 512, f.src_hstride = 512;
  f.dst_nsize = 64, f.dst_csize = 4, f.dst_wsize = 128;
  EXPECT_EQ(cost(f, chip()).total(), cycles(65536, 58));
  f.dst_csize = 64, f.dst_wsize = 8;  // 16 bytes per lane
  EXPECT_EQ(cost(f, chip()).total(), cycles(65536.0 * 16, 58));
  EXPECT_EQ(cost(f, chip())[Cause::kTransfer], cycles(65536, 58));
  f.dst_csize = 4, f.dst_wsize = 128, f.cmd_special_function = 1;
  EXPECT_EQ(cost(f, chip()).total(), cycles(65536.0 / 0.75, 58));
}

TEST(Bm1684xGatherCost, MovesTheLinesPicked) {
  auto f = between<DmaGather>(kDdr, kLocal);
  f.src_data_format = kF16, f.src_csize = f.index_csize = 256, f.src_hsize = 64, f.src_wsize = 128, f.index_hsize = 16;
  EXPECT_EQ(cost(f, chip()).total(), 16384);
}

TEST(Bm1684xTransferCost, IsCountedInTheClockOfTheTiu) {
  isa::ChipSpec slow = chip();
  slow.gdma.clock_mhz = chip().gdma.clock_mhz / 2;
  const auto f = tensor(kDdr, kLocal, 1, 64, 112, 112, kF32);
  EXPECT_NEAR(double(cost(f, slow).total()), 2.0 * double(cost(f, chip()).total()), 2);
}

TEST(Bm1684xTransferCost, MoreBytesPerCycleAreNeverSlowerAndMoreBytesNeverFaster) {
  isa::ChipSpec fast = chip();
  fast.gdma.s2l_bytes_per_cycle *= 1.5;
  std::int64_t before = 0;
  for (std::uint64_t h = 1; h < 200; h += 7) {
    const auto f = tensor(kDdr, kLocal, 2, 70, h, 16, kF16);
    EXPECT_LE(cost(f, fast).total(), cost(f, chip()).total());
    EXPECT_EQ(cost(f, fast).total() > 0, true);
    if (h * 16 * 2 * 140 > 65536) {  // enough to reach all controllers
      EXPECT_GE(cost(f, chip()).total(), before);
      before = cost(f, chip()).total();
    }
  }
}

}  // namespace
}  // namespace bmemu::emulator
