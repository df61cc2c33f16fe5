// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Instructions that move elements.
#include <gtest/gtest.h>

#include <random>

#include "isa/error.h"
#include "tests/emulator/tiu/bm1684x/local_tensor.h"

namespace bmemu::emulator {
namespace {

isa::bm1684x::TransBc transbc(std::uint64_t code, const std::array<std::size_t, 4>& shape) {
  isa::bm1684x::TransBc command;
  command.cmd_short = 1;
  command.tsk_eu_typ = code;
  command.res0_prec = kCodeI16;
  command.res0_n = shape[0];
  command.res0_c = shape[1];
  command.res0_h = shape[2];
  command.res0_w = shape[3];
  command.res0_addr = 0x20000;
  return command;
}

TEST(TransBcBm1684x, TransposesExchangeChannelsAndColumns) {
  std::mt19937 random(1);
  const std::array<std::size_t, 4> shape{2, 37, 3, 50}, turned{2, 50, 3, 37};
  for (const std::uint64_t code : {0U, 1U}) {
    Bench bench;
    const LocalTensor<std::int16_t> source{bench, 0, turned};
    // cw_ts writes line-aligned rows.
    const LocalTensor<std::int16_t> result{bench, 0x20000, shape, code == 0 ? Layout::kLineAligned : Layout::kAligned};
    source.fill([&] { return static_cast<std::int16_t>(random()); });
    bench.run(transbc(code, shape));
    result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
      ASSERT_EQ(result.get(n, c, h, w), source.get(n, w, h, c));
    });
  }
}

TEST(TransBcBm1684x, CopiesAndBroadcastsBetweenLanes) {
  std::mt19937 random(2);
  const std::array<std::size_t, 4> shape{2, 40, 2, 7};
  Bench bench;
  const auto lane = static_cast<std::uint64_t>(bench.chip.local_memory.lane_bytes);
  const LocalTensor<std::int16_t> source{bench, 3 * lane, shape}, one{bench, 3 * lane, {2, 1, 2, 7}};
  source.fill([&] { return static_cast<std::int16_t>(random()); });
  auto command = transbc(2, shape);
  command.opd0_addr = 3 * lane;
  command.res0_addr = 20 * lane + 0x20000;
  bench.run(command);
  const LocalTensor<std::int16_t> result{bench, command.res0_addr, shape};
  result.for_each([&](auto... at) { ASSERT_EQ(result.get(at...), source.get(at...)); });
  one.fill([&] { return static_cast<std::int16_t>(random()); });
  command.tsk_eu_typ = 3;
  bench.run(command);
  result.for_each([&](std::size_t n, std::size_t, std::size_t h, std::size_t w) {
    ASSERT_EQ(result.get(n, 5, h, w), one.get(n, 0, h, w));
  });
}

TEST(TransBcBm1684x, StaticMemoryReachesTheLanes) {
  Bench bench;
  for (unsigned i = 0; i < 64; ++i) {
    const auto value = static_cast<std::int16_t>(100 + i);
    std::memcpy(bench.memory.static_memory() + 0x400 + 2 * i, &value, 2);
  }
  auto command = transbc(4, {1, 30, 1, 5});
  command.opd0_addr = 0x09000400;
  bench.run(command);
  const LocalTensor<std::int16_t> rows{bench, 0x20000, {1, 30, 1, 5}};
  rows.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
    ASSERT_EQ(rows.get(n, c, h, w), static_cast<std::int16_t>(100 + w));
  });
  command = transbc(5, {1, 30, 1, 1});
  command.opd0_addr = 0x09000400;
  bench.run(command);
  const LocalTensor<std::int16_t> values{bench, 0x20000, {1, 30, 1, 1}, Layout::kCompact};
  for (std::size_t c = 0; c < 30; ++c) EXPECT_EQ(values.get(0, c, 0, 0), static_cast<std::int16_t>(100 + c));
  command.opd0_addr = 0x09FFFF00;
  EXPECT_THROW(bench.run(command), Error);
}

TEST(SgBm1684x, GatherInLanesTakesOneIndexPerElement) {
  std::mt19937 random(3);
  isa::bm1684x::Sg sg;
  sg.cmd_short = 1;
  sg.tsk_eu_typ = 5;
  sg.res0_n = 1;
  sg.res0_c = 20;
  sg.res0_h = 1;
  sg.res0_w = 30;
  sg.opd0_h = 1;
  sg.opd0_w = 100;
  sg.opd1_c = 20;
  sg.opd1_w = 30;
  sg.opd1_addr = 0x8000;
  sg.res0_addr = 0x20000;
  for (const bool row_for_all : {false, true}) {
    Bench bench;
    sg.opd0_str = row_for_all ? 4 : 0;
    const LocalTensor<std::uint8_t> table{bench, 0, {1, 20, 1, 100}}, index{bench, 0x8000, {1, 20, 1, 30}},
        result{bench, 0x20000, {1, 20, 1, 30}};
    table.fill([&] { return static_cast<std::uint8_t>(random()); });
    index.fill([&] { return static_cast<std::uint8_t>(random() % 100); });
    bench.run(sg);
    result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
      ASSERT_EQ(result.get(n, c, h, w), table.get(0, c, 0, index.get(n, c, h, w)));
    });
    index.set(0, 7, 0, 3, 100);
    EXPECT_THROW(bench.run(sg), Error);
  }
}

TEST(SgBm1684x, ARowForAllChannelsMayLieAtTheEndOfTheLanes) {
  isa::bm1684x::Sg sg;
  sg.cmd_short = 1;
  sg.tsk_eu_typ = 5;
  sg.opd0_str = 4;
  sg.res0_n = sg.res0_h = sg.opd0_h = 1;
  sg.res0_c = sg.opd1_c = 130;  // three rows of channels, and room for one
  sg.res0_w = sg.opd1_w = 3;
  sg.opd0_w = 64;
  sg.opd1_addr = 0x8000;
  sg.res0_addr = 0x20000;
  Bench bench;
  const auto end = static_cast<std::uint64_t>(bench.chip.local_memory.lane_bytes);
  sg.opd0_addr = end - 64;
  const LocalTensor<std::uint8_t> table{bench, sg.opd0_addr, {1, 64, 1, 64}}, index{bench, 0x8000, {1, 130, 1, 3}},
      result{bench, 0x20000, {1, 130, 1, 3}};
  std::uint8_t next = 0;
  table.fill([&] { return next++; });
  index.fill([&] { return static_cast<std::uint8_t>(next++ % 64); });
  bench.run(sg);
  result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
    ASSERT_EQ(result.get(n, c, h, w), table.get(0, c % 64, 0, index.get(n, c, h, w)));
  });
}

TEST(SgBm1684x, TheLimitMarksMissingIndices) {
  isa::bm1684x::Sg sg;
  sg.cmd_short = 1;
  sg.tsk_eu_typ = 0;
  sg.res0_n = 1;
  sg.res0_c = 2;
  sg.res0_h = 1;
  sg.res0_w = 3;
  sg.opd0_h = 1;
  sg.opd0_w = 4;
  sg.opd1_c = 3;
  sg.opd1_w = 1;
  sg.opd3_const = 1;
  sg.opd2_const = 1;
  sg.opd2_addr = 9;
  sg.opd1_addr = 0x8000;
  sg.res0_addr = 0x20000;
  Bench bench;
  const LocalTensor<std::uint8_t> table{bench, 0, {1, 2, 1, 4}}, index{bench, 0x8000, {1, 3, 1, 1}, Layout::kCompact},
      result{bench, 0x20000, {1, 2, 1, 3}};
  std::uint8_t next = 10;
  table.fill([&] { return next++; });
  index.set(0, 0, 0, 0, 3);
  index.set(0, 1, 0, 0, 0xFF);
  index.set(0, 2, 0, 0, 0);
  bench.run(sg);
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_EQ(result.get(0, c, 0, 0), 13 + 4 * c);
    EXPECT_EQ(result.get(0, c, 0, 1), 9);
    EXPECT_EQ(result.get(0, c, 0, 2), 10 + 4 * c);
  }
}

TEST(SglBm1684x, GatherAndScatterOfRowsAreInverse) {
  std::mt19937 random(4);
  isa::bm1684x::Sgl sgl;
  sgl.cmd_short = 1;
  sgl.tsk_eu_typ = 17;
  sgl.opd0_str = 3;
  sgl.res0_n = 1;
  sgl.res0_c = 5;
  sgl.res0_h = 6;
  sgl.res0_w = 40;
  sgl.opd0_h = 6;
  sgl.opd1_prec = kCodeI16;
  sgl.opd1_addr = 0x8000;
  sgl.res0_addr = 0x20000;
  Bench bench;
  const LocalTensor<std::uint8_t> source{bench, 0, {1, 5, 6, 40}, Layout::kLineAligned},
      result{bench, 0x20000, {1, 5, 6, 40}, Layout::kLineAligned};
  const LocalTensor<std::uint16_t> index{bench, 0x8000, {1, 5, 6, 1}};
  source.fill([&] { return static_cast<std::uint8_t>(random()); });
  for (std::size_t c = 0; c < 5; ++c)
    for (std::size_t h = 0; h < 6; ++h) index.set(0, c, h, 0, static_cast<std::uint16_t>((h * 5 + c) % 6));
  bench.run(sgl);
  result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
    ASSERT_EQ(result.get(n, c, h, w), source.get(0, c, index.get(0, c, h, 0), w));
  });
  sgl.tsk_eu_typ = 18;
  sgl.opd0_addr = 0x20000;
  sgl.res0_addr = 0x30000;
  bench.run(sgl);
  const LocalTensor<std::uint8_t> back{bench, 0x30000, {1, 5, 6, 40}, Layout::kLineAligned};
  back.for_each([&](auto... at) { ASSERT_EQ(back.get(at...), source.get(at...)); });
}

}  // namespace
}  // namespace bmemu::emulator
