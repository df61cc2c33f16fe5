// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/profile/vendor_profile.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/measure/measurement.h"
#include "tests/harness/fake_run.h"

namespace bmemu::harness {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint32_t word(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

TEST(VendorProfile, HoldsEveryCommandWithItsCyclesAndBytes) {
  const std::string folder = ::testing::TempDir() + "vendor_profile";
  std::filesystem::create_directories(folder);
  Measurement measurement;
  FakeRun().tell(measurement.listeners());
  write_vendor_profile(measurement.run(), folder);

  const std::string text = read(folder + "/global.profile");
  EXPECT_EQ(text.rfind("[bmprofile] arch=3\n[bmprofile] net_name=fake\n[bmprofile] tpu_freq=1000\n", 0), 0U) << text;
  EXPECT_NE(text.find("bd cmd_id bd_id=2 gdma_id=2 bd_func=3\n"), std::string::npos);
  EXPECT_NE(text.find("gdma cmd_id bd_id=2 gdma_id=3 gdma_dir=1"), std::string::npos);

  const std::string bytes = read(folder + "/iter0.profile");
  std::map<std::uint32_t, std::string> blocks;
  for (std::size_t at = 0; at < bytes.size(); at += 8 + word(bytes, at + 4))
    blocks[word(bytes, at)] = bytes.substr(at + 8, word(bytes, at + 4));
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[1].size(), 36U);
  EXPECT_EQ(word(blocks[8], 36), 3U) << "GDMA commands";
  EXPECT_EQ(word(blocks[8], 40), 2U) << "TIU commands";
  ASSERT_EQ(blocks[3].size(), 2 * 32U);
  ASSERT_EQ(blocks[4].size(), 3 * 192U);
  // the first command begins at 10 ns: 40..70 ns are cycles 30 to 59 of 1000 MHz
  EXPECT_EQ(word(blocks[3], 0), 30U);
  EXPECT_EQ(word(blocks[3], 4), 59U);
  EXPECT_EQ(word(blocks[3], 8) & 0xFFFF, 0U) << "ids count from 0";
  EXPECT_EQ(word(blocks[4], 0), 0U);
  EXPECT_EQ(word(blocks[4], 5 * 4), 3000U) << "read from DDR";
  EXPECT_EQ(word(blocks[4], 10 * 4), 3000U) << "written to local memory";
  EXPECT_EQ(word(blocks[4], 2 * 192 + 4 * 4), 1500U) << "written to DDR";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace bmemu::harness
