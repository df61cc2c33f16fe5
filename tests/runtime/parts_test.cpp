// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The parts behind the interface.
#include <gtest/gtest.h>

#include "isa/chip/chip_list.h"
#include "runtime/allocator.h"
#include "runtime/interface/launch_message.h"
#include "runtime/interface/messages.h"
#include "runtime/settings.h"
#include "tests/error_of.h"

namespace bmemu::runtime {
namespace {

constexpr std::uint64_t kBase = 0x100000000;

TEST(RuntimeAllocator, GivesPagesThatDoNotOverlapAndTakesThemBack) {
  Allocator allocator(kBase, 5 * Allocator::kPageBytes);
  const auto first = allocator.allocate(1);
  const auto second = allocator.allocate(Allocator::kPageBytes + 1);
  const auto third = allocator.allocate(0);
  EXPECT_EQ(first, kBase);
  EXPECT_EQ(second, kBase + Allocator::kPageBytes);
  EXPECT_EQ(third, kBase + 3 * Allocator::kPageBytes);
  EXPECT_FALSE(allocator.allocate(Allocator::kPageBytes + 1));
  EXPECT_FALSE(allocator.free(*second + 1));
  const auto gap = allocator.free(*second);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->size, 2 * Allocator::kPageBytes);
  EXPECT_FALSE(allocator.free(*second));
  EXPECT_EQ(allocator.free(*first)->size, 3 * Allocator::kPageBytes);
  EXPECT_EQ(allocator.free(*third)->size, 5 * Allocator::kPageBytes);
  EXPECT_EQ(allocator.allocate(5 * Allocator::kPageBytes), kBase);
  EXPECT_EQ(allocator.free_bytes(), 0U);
}

TEST(RuntimeAllocator, KnowsWhichBlockHoldsARange) {
  Allocator allocator(kBase, 1 << 20);
  allocator.allocate(100);
  EXPECT_TRUE(allocator.holding(kBase, 100));
  EXPECT_TRUE(allocator.holding(kBase + 100, 0));
  EXPECT_FALSE(allocator.holding(kBase + 1, 100));
  EXPECT_FALSE(allocator.holding(kBase - 1, 1));
  EXPECT_FALSE(allocator.holding(kBase, ~std::uint64_t{0}));
  EXPECT_TRUE(allocator.was_used(kBase + 50));
  EXPECT_FALSE(allocator.was_used(kBase + 0x10000));
}

template <class... Words>
std::vector<std::uint8_t> bytes_of(Words... words) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint32_t word : {static_cast<std::uint32_t>(words)...})
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
  return bytes;
}

/// As a runtime of 1.30.2 sends it for LeNet.
TEST(RuntimeMessage, OfBm1684xIsRead) {
  const auto bytes = bytes_of(1, 0x1c000, 1, 0, 1, 0xc40, 1, 0x1d000, 1, 0x2000, 1, 0x28, 0x1a000, 1, 0x1b000, 1, 1,
                              0x37, 0x16, 0xa80, 0x800, 0, 0);
  ASSERT_EQ(bytes.size(), 92U);
  const LaunchMessage message = parse_launch(isa::Family::kBm1684x, bytes.data(), bytes.size());
  ASSERT_EQ(message.inputs.size(), 1U);
  EXPECT_EQ(message.inputs[0].user, 0x10001c000U);
  EXPECT_EQ(message.inputs[0].compiled, 0x100000000U);
  EXPECT_EQ(message.inputs[0].user_bytes, 0xc40U);
  EXPECT_TRUE(message.inputs[0].is_copied());
  ASSERT_EQ(message.groups.size(), 1U);
  EXPECT_EQ(message.groups[0].gdma_address, 0x10001b000U);
  EXPECT_EQ(message.groups[0].tiu_count, 0x37U);
  EXPECT_EQ(message.groups[0].gdma_bytes, 0x800U);
}

TEST(RuntimeMessage, OfBm1684IsRead) {
  const auto bytes = bytes_of(1, 0x1d000, 1, 0, 1, 1, 1, 0x1c, 0x1c, 0, 0, 1, 0x1e000, 1, 0x2000, 1, 1, 0xa, 0, 0x1a000,
                              1, 0x1c000, 1, 1, 0x2a, 0x18);
  ASSERT_EQ(bytes.size(), 104U);
  const LaunchMessage message = parse_launch(isa::Family::kBm1684, bytes.data(), bytes.size());
  EXPECT_EQ(message.inputs.at(0).user_bytes, 28U * 28 * 4);
  EXPECT_EQ(message.outputs.at(0).user_bytes, 40U);
  EXPECT_EQ(message.groups.at(0).tiu_bytes, 0x2aU * 128);
}

TEST(RuntimeMessage, ThatCannotBeIsRefused) {
  const auto refused = [](isa::Family family, const std::vector<std::uint8_t>& bytes) {
    return error_of([&] { parse_launch(family, bytes.data(), bytes.size()); });
  };
  EXPECT_EQ(refused(isa::Family::kBm1684x, {}), "E-RUNTIME-MESSAGE");
  EXPECT_EQ(refused(isa::Family::kBm1684x, bytes_of(0xFFFFFFFF)), "E-RUNTIME-MESSAGE");
  EXPECT_EQ(refused(isa::Family::kBm1684x, bytes_of(0, 0, 0, 0, 0, 0, 0)), "E-RUNTIME-MESSAGE");  // no group
  const std::uint32_t no_mode = 3U << 16;
  EXPECT_EQ(refused(isa::Family::kBm1684, bytes_of(1, 0, 1, 0, 1, 4, 3, 2, 2, 2 | no_mode, 0)), "E-RUNTIME-MESSAGE");
}

TEST(RuntimeMessage, IsWrittenAsItIsRead) {
  const auto x = bytes_of(1, 0x1c000, 1, 0, 1, 0xc40, 1, 0x1d000, 1, 0x2000, 1, 0x28, 0x1a000, 1, 0x1b000, 1, 1, 0x37,
                          0x16, 0xa80, 0x800);
  EXPECT_EQ(write_launch(isa::Family::kBm1684x, parse_launch(isa::Family::kBm1684x, x.data(), x.size())), x);
  const std::uint32_t four_n = 2U << 16;
  const auto a = bytes_of(1, 0x1d000, 1, 0, 1, 5, 1, 0x1c, 0x1c, 2 | four_n, 0x10002, 1, 0x1e000, 1, 0x2000, 1, 1, 0xa,
                          0, 0x1a000, 1, 0x1c000, 1, 1, 0x2a, 0x18);
  EXPECT_EQ(write_launch(isa::Family::kBm1684, parse_launch(isa::Family::kBm1684, a.data(), a.size())), a);
}

TEST(RuntimeSettings, NameChipsAndProducts) {
  const auto chips = isa::load_chip_list("bm1684x:SE7-32,bm1684,bm1684x:SC7-224T", "list");
  ASSERT_EQ(chips.size(), 3U);
  EXPECT_EQ(chips[1].family, isa::Family::kBm1684);
  EXPECT_EQ(chips[2].product, "SC7-224T");
  EXPECT_EQ(error_of([] { isa::load_chip_list("bm1684x,,bm1684", "list"); }), "E-CHIP-LIST");
  EXPECT_EQ(error_of([] { isa::load_chip_list("", "list"); }), "E-CHIP-LIST");
  EXPECT_EQ(error_of([] { isa::load_chip_list("bm1684x:", "list"); }), "E-CHIP-LIST");
  EXPECT_EQ(error_of([] { isa::load_chip_list("bm1690", "list"); }), "E-CHIP-NAME");
  setenv("BMEMU_MODE", "fast", 1);
  EXPECT_EQ(error_of([] { settings_from_environment(); }), "E-RUNTIME-MODE");
  setenv("BMEMU_MODE", "time", 1);
  EXPECT_EQ(settings_from_environment().mode, Mode::kTime);
  unsetenv("BMEMU_MODE");
  EXPECT_EQ(settings_from_environment().host, Host::kCard);
  setenv("BMEMU_HOST", "soc", 1);
  EXPECT_EQ(settings_from_environment().host, Host::kSoc);
  setenv("BMEMU_HOST", "cloud", 1);
  EXPECT_EQ(error_of([] { settings_from_environment(); }), "E-RUNTIME-MODE");
  unsetenv("BMEMU_HOST");
}

TEST(RuntimeMessages, TellWhoseMistakeItWas) {
  EXPECT_EQ(verdict_of("E-RUNTIME-ADDRESS").blame, Blame::kClient);
  EXPECT_EQ(verdict_of("E-RUNTIME-ADDRESS").status, kParameter);
  EXPECT_EQ(verdict_of("E-RUNTIME-MEMORY").status, kNoMemory);
  EXPECT_EQ(verdict_of("E-RUNTIME-UNSUPPORTED").blame, Blame::kLimit);
  EXPECT_EQ(verdict_of("E-CHIP-NAME").blame, Blame::kSetting);
  EXPECT_EQ(verdict_of("E-ISA-END").status, kFailure);
}

}  // namespace
}  // namespace bmemu::runtime
