// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/written_map.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"

namespace bmemu::memory {
namespace {

Pattern run(isa::Space space, std::uint64_t base, std::uint64_t bytes) {
  Pattern pattern;
  pattern.space = space;
  pattern.base = base;
  pattern.run_bytes = bytes;
  return pattern;
}

class WrittenMapTest : public testing::Test {
 protected:
  const isa::ChipSpec chip_ = isa::load_chip("bm1684x");
  WrittenMap map_{chip_};
};

TEST_F(WrittenMapTest, NothingIsWrittenAtFirst) {
  for (const isa::Space space : {isa::Space::kDdr, isa::Space::kL2, isa::Space::kLocal, isa::Space::kStatic}) {
    const auto found = map_.unwritten(run(space, space == isa::Space::kDdr ? isa::kDdrBase : 0, 128));
    ASSERT_TRUE(found) << name(space);
    EXPECT_EQ(found->bytes, 128U);
  }
}

TEST_F(WrittenMapTest, AUnitCountsAsWrittenWhenOneByteIs) {
  map_.mark(run(isa::Space::kLocal, 64 + 63, 1));
  EXPECT_FALSE(map_.unwritten(run(isa::Space::kLocal, 64, 64)));
  const auto found = map_.unwritten(run(isa::Space::kLocal, 0, 192));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, 0U);
  EXPECT_EQ(found->last, 191U);
  EXPECT_EQ(found->bytes, 128U);
}

TEST_F(WrittenMapTest, ChipAddressesFindTheirMemory) {
  map_.mark(isa::kLocalBase + 640, 64);
  EXPECT_FALSE(map_.unwritten(run(isa::Space::kLocal, 640, 64)));
  map_.mark(isa::kDdrBase + 0x1FFFFFC0, 128);  // over the edge of a piece of the map
  EXPECT_FALSE(map_.unwritten(run(isa::Space::kDdr, isa::kDdrBase + 0x1FFFFFC0, 128)));
  EXPECT_TRUE(map_.unwritten(run(isa::Space::kDdr, isa::kDdrBase + 0x1FFFFF80, 64)));
  EXPECT_THROW(map_.mark(0x10, 1), Error);
}

TEST_F(WrittenMapTest, AgreesWithAListOfBytes) {
  std::mt19937 random(7);
  std::vector<bool> units(256);
  for (int round = 0; round < 300; ++round) {
    Pattern pattern = run(isa::Space::kL2, random() % 4096, 1 + random() % 100);
    for (std::uint32_t k = 1; k < 4; ++k) pattern.count[k] = 1 + static_cast<std::uint32_t>(random() % (k + 1));
    pattern.stride = {0, static_cast<std::int64_t>(random() % 3000), static_cast<std::int64_t>(random() % 900),
                      static_cast<std::int64_t>(random() % 300)};
    std::vector<bool> touched(units.size());
    for (std::uint32_t b = 0; b < pattern.count[1]; ++b)
      for (std::uint32_t c = 0; c < pattern.count[2]; ++c)
        for (std::uint32_t d = 0; d < pattern.count[3]; ++d)
          for (std::uint64_t i = 0; i < pattern.run_bytes; ++i)
            touched[(pattern.base + i +
                     static_cast<std::uint64_t>(b * pattern.stride[1] + c * pattern.stride[2] +
                                                d * pattern.stride[3])) /
                    WrittenMap::kUnitBytes] = true;
    bool missing = false;
    std::uint64_t first = 0;
    for (std::size_t unit = units.size(); unit-- > 0;)
      if (touched[unit] && !units[unit]) missing = true, first = unit * WrittenMap::kUnitBytes;
    const auto found = map_.unwritten(pattern);
    ASSERT_EQ(found.has_value(), missing);
    if (missing) {
      ASSERT_EQ(found->first, first);
    }
    if (round % 4 != 0) continue;
    map_.mark(pattern);
    for (std::size_t unit = 0; unit < units.size(); ++unit) units[unit] = units[unit] || touched[unit];
  }
}

}  // namespace
}  // namespace bmemu::memory
