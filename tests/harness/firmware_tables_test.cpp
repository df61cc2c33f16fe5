// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The firmware's tables against the bytes that conformance vectors found in them.
#include "emulator/firmware/firmware_tables.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/conformance/vector_file.h"
#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

namespace fs = std::filesystem;

/// Compares every byte of the vectors' memory in [begin, end) that is in no hole; returns how many were compared.
std::size_t compare(const std::string& chip_name, const std::vector<std::string>& files, std::uint64_t begin,
                    std::uint64_t end, std::uint64_t hole_begin, std::uint64_t hole_end) {
  const isa::ChipSpec chip = isa::load_chip(chip_name);
  memory::ChipMemory memory(chip);
  load_firmware_tables(chip, memory);
  std::size_t compared = 0;
  for (const std::string& file : files) {
    const auto vectors = harness::VectorFile::load(tests::reference_dir() + "/vectors/" + file);
    for (const auto& record : vectors.records()) {
      if (record.kind == harness::VectorKind::kSynth || record.kind == harness::VectorKind::kMutated) continue;
      for (const auto& region : record.before) {
        for (std::uint64_t i = 0; i < region.bytes(); ++i) {
          const std::uint64_t address = region.address_of(i);
          if (address < begin || address >= end || (address >= hole_begin && address < hole_end)) continue;
          std::uint8_t byte = 0;
          memory.read(address, &byte, 1);
          ++compared;
          if (byte != region.data[i]) {
            ADD_FAILURE() << file << " " << record.tag << ": byte at 0x" << std::hex << address << " is "
                          << int{region.data[i]} << ", not " << int{byte};
            return compared;
          }
        }
      }
    }
  }
  return compared;
}

TEST(FirmwareTables, StaticMemoryOfBm1684xHasWhatVectorsFoundThere) {
  if (!fs::exists(tests::reference_dir() + "/vectors")) BMEMU_SKIP_WITHOUT_REFERENCE("no reference vectors");
  // The vectors' copy of the 16-bit series is known to be laid out wrongly (one value per word).
  const std::size_t compared = compare("bm1684x", {"bm1684x_tiu_TRANSBC.vec.zst"}, isa::kStaticBase,
                                       isa::kStaticBase + 0xA40, isa::kStaticBase + 0x940, isa::kStaticBase + 0xA40);
  EXPECT_GT(compared, 0x940U);
}

TEST(FirmwareTables, L2OfBm1684HasWhatVectorsFoundThere) {
  if (!fs::exists(tests::reference_dir() + "/vectors")) BMEMU_SKIP_WITHOUT_REFERENCE("no reference vectors");
  const std::size_t compared = compare("bm1684", {"bm1684_tiu_lut.vec.zst", "bm1684_tiu_md_sfu.vec.zst"},
                                       isa::kL2Base + 0x300000, isa::kL2Base + 0x303800, 0, 0);
  EXPECT_GT(compared, 100U);
}

/// Bits that the vendor's model has in these places, where a series that is rounded once has others.
TEST(FirmwareTables, SeriesOfBm1684AreMadeStepByStepInF32) {
  const isa::ChipSpec chip = isa::load_chip("bm1684");
  memory::ChipMemory memory(chip);
  load_firmware_tables(chip, memory);
  const auto word = [&](std::uint64_t table, std::uint64_t index) {
    std::uint32_t value = 0;
    memory.read(isa::kL2Base + table + 4 * index, &value, 4);
    return value;
  };
  const std::uint64_t arcsine = 0x300E00, sine = 0x301700;
  EXPECT_EQ(word(arcsine, 34), 0x3B7E57C7U);
  EXPECT_EQ(word(arcsine, 46), 0x3B232603U);
  EXPECT_EQ(word(arcsine, 56), 0x3AF415F0U);
  EXPECT_EQ(word(arcsine, 57), 0U);
  EXPECT_EQ(word(sine, 10), 0xB2D7322CU);
  EXPECT_EQ(word(sine, 18), 0xA317A4DBU);
  EXPECT_EQ(word(sine, 32), 0x021CC092U);
}

TEST(FirmwareTables, SixteenBitSeriesArePackedAndRoundedToNearestEven) {
  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  memory::ChipMemory memory(chip);
  load_firmware_tables(chip, memory);
  const auto half = [&](std::uint64_t offset) {
    std::uint16_t value = 0;
    memory.read(isa::kStaticBase + offset, &value, 2);
    return value;
  };
  EXPECT_EQ(half(0x940), 0x3C00);           // 1
  EXPECT_EQ(half(0x946), 0x3155);           // 1/6 in f16
  EXPECT_EQ(half(0x950), 0x01A0);           // 1/8!, not normal in f16
  EXPECT_EQ(half(0x940 + 2 * 11), 0x0000);  // 1/11! is too small for f16
  EXPECT_EQ(half(0x986), 0x3E2B);           // 1/6 in bf16
  EXPECT_EQ(half(0xA40), 0x4648);           // 2 pi in f16
}

}  // namespace
}  // namespace bmemu::emulator
