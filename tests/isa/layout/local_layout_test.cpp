// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/layout/local_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"
#include "isa/layout/kernel_layout.h"

namespace bmemu::isa {
namespace {

constexpr Unit kByte{1, 1}, kHalf{2, 1}, kWord{4, 1};

TEST(Lanes, LaneOffsetAndBankOfAnAddress) {
  for (const char* name : {"bm1684", "bm1684x"}) {
    const ChipSpec chip = load_chip(name);
    const Lanes lanes(chip);
    const std::uint64_t bank = lanes.bank_bytes();
    const std::uint64_t address = lanes.address(5, 7);
    EXPECT_EQ(lanes.lane(address), 5U);
    EXPECT_EQ(lanes.offset(address), 7U);
    EXPECT_EQ(lanes.bank(lanes.address(5, 3 * bank)), 3U);
    EXPECT_EQ(lanes.bank(lanes.address(5, 3 * bank - 1)), 2U);
    EXPECT_EQ(lanes.all_bytes(), bytes_of(Space::kLocal, chip));
    EXPECT_EQ(lanes.banks(bank - 1, bank + 1), 3U);
    EXPECT_EQ(lanes.banks(bank, 2 * bank), 2U);
    EXPECT_EQ(lanes.banks(bank, bank), 0U);
  }
}

TEST(Lanes, ChannelsGoRoundTheLanesAndThenToTheNextRow) {
  const Lanes lanes(load_chip("bm1684x"));
  const std::uint64_t start = lanes.address(60, 128);
  EXPECT_EQ(lanes.channel(start, 3, 1000), lanes.address(63, 128));
  EXPECT_EQ(lanes.channel(start, 4, 1000), lanes.address(0, 1128));
  EXPECT_EQ(lanes.channel(start, 68, 1000), lanes.address(0, 2128));
  EXPECT_EQ(lanes.rows(4, 60), 1U);
  EXPECT_EQ(lanes.rows(5, 60), 2U);
  EXPECT_EQ(lanes.rows(64, 0), 1U);
}

TEST(Layouts, HaveTheStridesOfTheCommandsTables) {
  const ChipSpec x = load_chip("bm1684x"), a = load_chip("bm1684");
  const LayoutMaker make_x(x), make_a(a);
  // 100 channels: two rows of lanes. 5x7 = 35 elements, aligned to 64 bytes on BM1684X and 128 on BM1684.
  const Shape shape{2, 100, 5, 7};
  EXPECT_EQ(make_x.aligned(shape, kByte).stride, (Strides{128, 64, 7, 1}));
  EXPECT_EQ(make_x.aligned(shape, kHalf).stride, (Strides{128, 64, 7, 1}));
  EXPECT_EQ(make_x.aligned(shape, kWord).stride, (Strides{96, 48, 7, 1}));
  EXPECT_EQ(make_a.aligned(shape, kWord).stride, (Strides{128, 64, 7, 1}));
  EXPECT_EQ(make_x.compact(shape, kByte).stride, (Strides{70, 35, 7, 1}));
  EXPECT_EQ(make_x.line_aligned(shape, kWord).stride, (Strides{160, 80, 16, 1}));
  EXPECT_EQ(make_x.per_lane(shape, kWord).stride, (Strides{0, 1, 0, 0}));
  EXPECT_EQ(make_x.row_broadcast(shape, kHalf).stride, (Strides{0, 0, 32, 1}));
  EXPECT_EQ(LayoutMaker(x, 30).compact(shape, kByte).stride, (Strides{105, 35, 7, 1}));
}

TEST(Layouts, PackedTensorsCountWordsAndPlanes) {
  // Seen in compiled programs: 56x56 of int8 have a channel stride of 3136 words.
  const Unit four = packed(DataType::kI8), two = packed(DataType::kU16), one = packed(DataType::kF32);
  EXPECT_EQ(four.batches, 4U);
  EXPECT_EQ(two.batches, 2U);
  EXPECT_EQ(one.batches, 1U);
  EXPECT_EQ(planes(5, four), 2U);
  EXPECT_EQ(planes(5, two), 3U);
  EXPECT_EQ(plain(DataType::kI16).bytes, 2U);
  const ChipSpec chip = load_chip("bm1684");
  const LocalLayout layout = LayoutMaker(chip).aligned({planes(4, four), 64, 56, 56}, four);
  EXPECT_EQ(layout.stride[1], 3136);
  EXPECT_EQ(layout.bytes_per_lane, 3136U * 4);
}

/// The bytes of a lane that a tensor touches, element by element.
std::pair<std::uint64_t, std::uint64_t> walked(const LocalLayout& layout, std::uint64_t offset, const ChipSpec& chip) {
  std::uint64_t first = UINT64_MAX, end = 0;
  Shape at{};
  for (at[0] = 0; at[0] < layout.shape[0]; ++at[0])
    for (at[1] = 0; at[1] < layout.shape[1]; ++at[1])
      for (at[2] = 0; at[2] < layout.shape[2]; ++at[2])
        for (at[3] = 0; at[3] < layout.shape[3]; ++at[3]) {
          const std::uint64_t in_lane = Lanes(chip).offset(layout.address(offset, at, chip));
          first = std::min(first, in_lane);
          end = std::max(end, in_lane + layout.unit.bytes);
        }
  return {first, end};
}

TEST(Layouts, TellTheBytesAndTheLanesThatTheirElementsTake) {
  std::mt19937 random(3);
  const auto below = [&](unsigned limit) { return std::uint64_t{1 + random() % limit}; };
  constexpr StrideMode kModes[] = {StrideMode::kAligned, StrideMode::kCompact, StrideMode::kPerLane,
                                   StrideMode::kRowBroadcast, StrideMode::kFree};
  constexpr Unit kUnits[] = {kByte, kHalf, kWord, {4, 4}};
  for (int trial = 0; trial < 300; ++trial) {
    const ChipSpec chip = load_chip(trial % 2 == 0 ? "bm1684" : "bm1684x");
    const std::uint64_t start = random() % 64;
    const Shape shape{below(3), below(150), below(5), below(20)};
    const LocalLayout layout =
        LayoutMaker(chip, start).by_mode(kModes[random() % 5], shape, kUnits[random() % 4], {700, 120, 21, 1});
    const std::uint64_t offset = 256 * (random() % 100);
    const auto [first, end] = walked(layout, offset, chip);
    EXPECT_EQ(layout.lanes, std::min<std::uint64_t>(shape[1], 64));
    EXPECT_EQ(layout.rows, (start + shape[1] + 63) / 64);
    // When the only channels of the first row of lanes lie elsewhere, the span still begins at the offset.
    EXPECT_EQ(first, offset) << "trial " << trial;
    EXPECT_EQ(end, offset + layout.bytes_per_lane) << "trial " << trial;
    EXPECT_EQ(layout.banks(offset, chip), Lanes(chip).banks(first, end));
  }
}

TEST(Layouts, NeighboursInWholeLayoutsNeverOverlap) {
  const ChipSpec chip = load_chip("bm1684x");
  for (const auto& layout :
       {LayoutMaker(chip, 63).aligned({2, 130, 3, 5}, kHalf), LayoutMaker(chip, 63).compact({2, 130, 3, 5}, kHalf)}) {
    std::vector<std::uint64_t> places;
    Shape at{};
    for (at[0] = 0; at[0] < 2; ++at[0])
      for (at[1] = 0; at[1] < 130; ++at[1])
        for (at[2] = 0; at[2] < 3; ++at[2])
          for (at[3] = 0; at[3] < 5; ++at[3]) places.push_back(layout.address(64, at, chip));
    std::sort(places.begin(), places.end());
    EXPECT_EQ(std::unique(places.begin(), places.end()), places.end());
  }
}

TEST(Layouts, NothingTakesNoBytes) {
  const ChipSpec chip = load_chip("bm1684x");
  EXPECT_EQ(LayoutMaker(chip).aligned({1, 0, 3, 3}, kByte).bytes_per_lane, 0U);
  EXPECT_EQ(LayoutMaker(chip).aligned({1, 0, 3, 3}, kByte).banks(0, chip), 0U);
}

TEST(Layouts, OfMatricesCutColumnsOrLayRowsInLanes) {
  const ChipSpec chip = load_chip("bm1684x");
  const LocalLayout cut = LayoutMaker(chip).matrix(10, 1000, 16, kHalf);
  EXPECT_EQ(cut.shape, (Shape{10, 63, 1, 16}));
  EXPECT_EQ(cut.stride, (Strides{32, 32, 16, 1}));
  const LocalLayout rows = LayoutMaker(chip).matrix_by_rows(100, 33, kHalf);
  EXPECT_EQ(rows.shape, (Shape{1, 100, 1, 33}));
  EXPECT_EQ(rows.stride[1], 64);
  EXPECT_EQ(rows.rows, 2U);
}

TEST(KernelLayout, OfBm1684HasTheBlockStridesOfCompiledCommands) {
  const ChipSpec chip = load_chip("bm1684");
  // Seen: 1x7 taps of 21 int8 channels: c 42, h 42, w 6; 7x7 taps of 3 f32 channels: c 98, h 14, w 2.
  const KernelLayout bytes = kernel_layout({8, 21, 1, 7}, DataType::kI8, chip);
  EXPECT_EQ(bytes.block_stride, (Strides{1, 42, 42, 6}));
  const KernelLayout floats = kernel_layout({8, 3, 7, 7}, DataType::kF32, chip);
  EXPECT_EQ(floats.block_stride, (Strides{1, 98, 14, 2}));
  EXPECT_EQ(floats.local.bytes_per_lane, 49U * 4 * 4);
  // (oc, kh, kw, ic / 2, ic % 2)
  EXPECT_EQ(floats.address(0, 5, 2, 3, 4, chip), Lanes(chip).address(5, 4 * ((3 * 7 + 4) * 4 + 2)));
}

TEST(KernelLayout, OfBm1684xHasTheTapsOfABlockTogether) {
  const ChipSpec chip = load_chip("bm1684x");
  EXPECT_EQ(block_channels(Family::kBm1684x, DataType::kI8), 64U);
  EXPECT_EQ(block_channels(Family::kBm1684x, DataType::kBf16), 32U);
  EXPECT_EQ(block_channels(Family::kBm1684x, DataType::kF32), 1U);
  EXPECT_EQ(block_channels(Family::kBm1684x, DataType::kI4), 128U);
  const KernelLayout layout = kernel_layout({130, 70, 3, 3}, DataType::kU8, chip, 2);
  EXPECT_EQ(layout.blocks, 2U);
  EXPECT_EQ(layout.local.rows, 3U);
  const std::uint64_t row = 128 * 9;
  EXPECT_EQ(layout.local.bytes_per_lane, 3 * row);
  EXPECT_EQ(layout.address(256, 63, 66, 1, 2, chip), Lanes(chip).address(1, 256 + row + 64 * 9 + 5 * 64 + 2));
}

TEST(AddressMap, BeginOfEveryMemoryLiesInItAlsoWithLargerLanes) {
  for (const char* name : {"bm1684", "bm1684x", "bm1684x large"}) {
    ChipSpec chip = load_chip(std::string(name).substr(0, std::string(name).find(' ')));
    if (std::string(name) == "bm1684x large") chip.local_memory.lane_bytes = 300 * 1024;
    for (const Space space : {Space::kDdr, Space::kL2, Space::kLocal, Space::kStatic}) {
      if (bytes_of(space, chip) == 0) continue;
      EXPECT_EQ(locate(base_of(space, chip), chip).space, space);
      EXPECT_EQ(locate(base_of(space, chip) + bytes_of(space, chip) - 1, chip).space, space);
    }
  }
}

}  // namespace
}  // namespace bmemu::isa
