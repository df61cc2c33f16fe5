// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "emulator/operand/operands.h"

namespace bmemu::emulator {
namespace {

isa::ChipSpec small_chip() {
  isa::ChipSpec chip;
  chip.tiu.lanes = 8;
  chip.tiu.eu_bytes = 64;
  chip.local_memory.lane_bytes = 4096;
  chip.local_memory.banks = 16;
  chip.l2.bytes = 1 << 20;
  return chip;
}

std::set<std::uint64_t> bytes_of(const OperandView& view, const isa::ChipSpec& chip) {
  std::set<std::uint64_t> bytes;
  for (std::uint32_t n = 0; n < view.shape[0]; ++n)
    for (std::uint32_t c = 0; c < view.shape[1]; ++c)
      for (std::uint32_t h = 0; h < view.shape[2]; ++h)
        for (std::uint32_t w = 0; w < view.shape[3]; ++w) {
          std::uint64_t at = n * view.stride[0] + h * view.stride[2] + w * view.stride[3];
          if (view.space == isa::Space::kLocal) {
            const std::uint64_t channel = view.address / chip.local_memory.lane_bytes + c;
            at += channel % chip.tiu.lanes * chip.local_memory.lane_bytes + channel / chip.tiu.lanes * view.stride[1] +
                  view.address % chip.local_memory.lane_bytes;
          } else {
            at += view.address + c * view.stride[1];
          }
          for (unsigned b = 0; b < bits(view.format) / 8; ++b) bytes.insert(at + b);
        }
  return bytes;
}

std::set<std::uint64_t> bytes_of(const std::vector<memory::Pattern>& patterns) {
  std::set<std::uint64_t> bytes;
  for (const auto& p : patterns)
    for (std::uint32_t i = 0; i < p.count[0]; ++i)
      for (std::uint32_t j = 0; j < p.count[1]; ++j)
        for (std::uint32_t k = 0; k < p.count[2]; ++k)
          for (std::uint32_t l = 0; l < p.count[3]; ++l)
            for (std::uint64_t b = 0; b < p.run_bytes; ++b)
              bytes.insert(p.base + i * p.stride[0] + j * p.stride[1] + k * p.stride[2] + l * p.stride[3] + b);
  return bytes;
}

TEST(Patterns, NameExactlyTheBytesOfRandomViews) {
  std::mt19937 random(3);
  const auto chip = small_chip();
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  for (int trial = 0; trial < 3000; ++trial) {
    OperandView view;
    view.format = std::array{isa::DataType::kI8, isa::DataType::kF16, isa::DataType::kF32}[below(3)];
    const std::int64_t element = bits(view.format) / 8;
    view.space = below(4) == 0 ? isa::Space::kDdr : isa::Space::kLocal;
    view.address = view.space == isa::Space::kDdr ? 0x100000000 + below(1000) : below(8) * 4096 + below(16) * 4;
    view.shape = {1 + below(3), 1 + below(30), 1 + below(4), 1 + below(6)};
    const std::int64_t w = below(3) == 0 ? 2 * element : below(8) == 0 ? 0 : element;
    const std::int64_t h = below(6) == 0 ? 0 : w * (view.shape[3] + below(2));
    const std::int64_t c = below(6) == 0 ? 0 : h * view.shape[2] + 4 * below(2);
    view.stride = {below(6) == 0 ? 0 : c * (view.space == isa::Space::kDdr ? 30 : 5), c, h, w};
    ASSERT_EQ(bytes_of(patterns(view, chip)), bytes_of(view, chip)) << "trial " << trial;
  }
}

TEST(Patterns, AContiguousTensorIsOneRunPerLane) {
  OperandView view;
  view.format = isa::DataType::kF32;
  view.address = 2 * 4096 + 64;  // starts in lane 2: channels 0..5 in lanes 2..7, 6..13 in lanes 0..7, 14 in lane 0
  view.shape = {1, 15, 4, 8};
  view.stride = {3 * 128, 128, 32, 4};
  const auto list = patterns(view, small_chip());
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].base, 2 * 4096U + 64);
  EXPECT_EQ(list[0].runs(), 6U);
  EXPECT_EQ(list[0].run_bytes, 128U);
  EXPECT_EQ(list[1].base, 64U + 128);
  EXPECT_EQ(list[1].runs(), 8U);
  EXPECT_EQ(list[2].base, 64U + 256);
  EXPECT_EQ(list[2].runs(), 1U);
}

TEST(Patterns, AViewOfAllLanesTouchesEveryLane) {
  OperandView view;
  view.format = isa::DataType::kI8;
  view.all_lanes = true;
  view.address = 100;
  view.shape = {1, 1, 1, 10};
  view.stride = {10, 10, 10, 1};
  const auto list = patterns(view, small_chip());
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].runs(), 8U);
  EXPECT_EQ(list[0].run_bytes, 10U);
}

}  // namespace
}  // namespace bmemu::emulator
