// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/chip_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <vector>

#include "isa/layout/address_map.h"
#include "tests/error_of.h"
#include "tests/memory/test_chip.h"

namespace bmemu::memory {
namespace {

constexpr std::uint64_t kPage = ChipMemory::kPageBytes;

std::vector<std::uint8_t> counted(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

TEST(ChipMemory, SizesComeFromTheChip) {
  const ChipMemory memory(test_chip());
  EXPECT_EQ(memory.local_bytes(), 16U << 20);
  EXPECT_EQ(memory.l2_bytes(), 2U << 20);
  EXPECT_EQ(memory.static_bytes(), 64U << 10);
  EXPECT_EQ(memory.resident_global_bytes(), 0U);
}

TEST(ChipMemory, EveryMemoryStartsAtItsChipAddress) {
  ChipMemory memory(test_chip());
  const auto bytes = counted(64);
  memory.write(isa::kLocalBase + 3 * 256 * 1024 + 16, bytes.data(), bytes.size());
  memory.write(isa::kL2Base + 5, bytes.data(), bytes.size());
  memory.write(isa::kStaticBase + 7, bytes.data(), bytes.size());
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), memory.local() + 3 * 256 * 1024 + 16));
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), memory.l2() + 5));
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), memory.static_memory() + 7));
  EXPECT_EQ(memory.resident_global_bytes(), 0U);
}

TEST(ChipMemory, UntouchedGlobalMemoryReadsAsZeroAndStaysAbsent) {
  const ChipMemory memory(test_chip());
  std::vector<std::uint8_t> bytes(3 * kPage, 0xAA);
  memory.read(isa::kDdrBase + 123, bytes.data(), bytes.size());
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), 0), static_cast<std::ptrdiff_t>(bytes.size()));
  EXPECT_EQ(memory.resident_global_bytes(), 0U);
}

TEST(ChipMemory, MappedPagesAreReadInPlaceAndCopiedOnTheFirstWrite) {
  ChipMemory memory(test_chip());
  const auto file = counted(4 * kPage);
  memory.map(isa::kDdrBase, {file.data(), file.size()});
  EXPECT_EQ(memory.resident_global_bytes(), 0U);
  EXPECT_EQ(memory.readable(isa::kDdrBase + kPage + 5).data, file.data() + kPage + 5);

  const std::uint8_t other = static_cast<std::uint8_t>(file[kPage + 5] + 1);
  memory.write(isa::kDdrBase + kPage + 5, &other, 1);
  EXPECT_EQ(memory.resident_global_bytes(), kPage);
  EXPECT_EQ(file[kPage + 5], static_cast<std::uint8_t>(other - 1)) << "the program's own bytes must not change";
  auto expected = file;
  expected[kPage + 5] = other;
  std::vector<std::uint8_t> got(file.size());
  memory.read(isa::kDdrBase, got.data(), got.size());
  EXPECT_EQ(got, expected);
}

TEST(ChipMemory, AMappedSegmentNeedNotStartOrEndAtAPage) {
  ChipMemory memory(test_chip());
  const auto before = std::vector<std::uint8_t>(16, 0x77);
  const std::uint64_t start = isa::kDdrBase + 1000;
  memory.write(start - 16, before.data(), 16);
  const auto file = counted(2 * kPage + 77);
  memory.map(start, {file.data(), file.size()});
  std::vector<std::uint8_t> got(file.size() + 32);
  memory.read(start - 16, got.data(), got.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), got.begin()));
  EXPECT_TRUE(std::equal(file.begin(), file.end(), got.begin() + 16));
  EXPECT_EQ(std::count(got.end() - 16, got.end(), 0), 16);
  EXPECT_EQ(memory.resident_global_bytes(), 2 * kPage) << "both ends, not the page between them";
}

TEST(ChipMemory, MappingAgainReplacesWhatWasWritten) {
  ChipMemory memory(test_chip());
  const auto file = counted(kPage);
  const std::uint8_t other = 0xEE;
  memory.write(isa::kDdrBase + 9, &other, 1);
  memory.map(isa::kDdrBase, {file.data(), file.size()});
  EXPECT_EQ(memory.resident_global_bytes(), 0U);
  std::uint8_t got = 0;
  memory.read(isa::kDdrBase + 9, &got, 1);
  EXPECT_EQ(got, file[9]);
}

TEST(ChipMemory, RandomReadsAndWritesGiveWhatAPlainMapOfBytesGives) {
  ChipMemory memory(test_chip());
  std::map<std::uint64_t, std::uint8_t> plain;
  std::mt19937_64 random(7);
  const auto file = counted(3 * kPage);
  const std::uint64_t start = 0x3FFFF0000ULL + 4321;
  memory.map(start, {file.data(), file.size()});
  for (std::uint64_t i = 0; i < file.size(); ++i) plain[start + i] = file[i];
  for (int trial = 0; trial < 300; ++trial) {
    const std::uint64_t at = start - 2000 + random() % (3 * kPage + 4000);
    std::vector<std::uint8_t> bytes(1 + random() % 3000);
    if (trial % 2 == 0) {
      for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
      memory.write(at, bytes.data(), bytes.size());
      for (std::uint64_t i = 0; i < bytes.size(); ++i) plain[at + i] = bytes[i];
    } else {
      memory.read(at, bytes.data(), bytes.size());
      for (std::uint64_t i = 0; i < bytes.size(); ++i) {
        const auto found = plain.find(at + i);
        ASSERT_EQ(bytes[i], found == plain.end() ? 0 : found->second) << std::hex << at + i;
      }
    }
  }
}

TEST(ChipMemory, ARangeOutsideEveryMemoryIsRefused) {
  ChipMemory memory(test_chip());
  std::uint8_t bytes[16] = {};
  EXPECT_EQ(error_of([&] { memory.read(0x20000000, bytes, 1); }), "E-MEMORY-RANGE");
  EXPECT_EQ(error_of([&] { memory.read(isa::kAddressEnd - 8, bytes, 16); }), "E-MEMORY-RANGE");
  EXPECT_EQ(error_of([&] { memory.write(isa::kL2Base + (2U << 20) - 8, bytes, 16); }), "E-MEMORY-RANGE");
  EXPECT_EQ(error_of([&] { memory.write(isa::kLocalBase + (16U << 20) - 1, bytes, 2); }), "E-MEMORY-RANGE")
      << "local memory ends where static memory starts";
  EXPECT_EQ(error_of([&] { memory.map(isa::kL2Base, {bytes, 16}); }), "E-MEMORY-RANGE");
  EXPECT_EQ(error_of([&] { memory.read(isa::kAddressEnd - 16, bytes, 16); }), "no error");
}

TEST(ChipMemory, AMovedMemoryKeepsItsBytes) {
  ChipMemory first(test_chip());
  const auto bytes = counted(100);
  first.write(isa::kDdrBase + 40, bytes.data(), bytes.size());
  first.write(isa::kLocalBase, bytes.data(), bytes.size());
  const ChipMemory second(std::move(first));
  std::vector<std::uint8_t> got(100);
  second.read(isa::kDdrBase + 40, got.data(), got.size());
  EXPECT_EQ(got, bytes);
  second.read(isa::kLocalBase, got.data(), got.size());
  EXPECT_EQ(got, bytes);
}

}  // namespace
}  // namespace bmemu::memory
