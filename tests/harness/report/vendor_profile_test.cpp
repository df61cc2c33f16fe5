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

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// global.profile of the fake run with a third span: its convolution's commands stand in two places.
std::string text_of(const Network& network) {
  const std::string folder = ::testing::TempDir() + "vendor_profile_tensors";
  std::filesystem::create_directories(folder);
  FakeRun fake;
  fake.program().layers.spans.push_back({0, 0, 2, 2, 2, 3});
  Measurement measurement;
  fake.tell(measurement.listeners());
  measurement.set_network(network);
  write_vendor_profile(measurement.run(), folder);
  std::string text = read(folder + "/global.profile");
  std::filesystem::remove_all(folder);
  return text;
}

NetworkTensor tensor(const std::string& name, const std::vector<std::uint64_t>& shape, const std::string& type) {
  NetworkTensor result;
  result.name = name;
  result.shape = shape;
  result.type = type;
  return result;
}

NetworkOperator made(const std::string& kind, const NetworkTensor& result, const std::vector<NetworkTensor>& operands) {
  NetworkOperator op;
  op.name = result.name;
  op.kind = kind;
  op.operands = operands;
  op.results = {result};
  return op;
}

TEST(VendorProfile, LayersHaveTheTensorsOfTheirOperators) {
  const auto x = tensor("load_x", {1, 3, 8, 8}, "f32");
  const auto w = tensor("load_w", {1, 6, 9}, "si8");
  Network network;
  network.inputs = {{"x", "fp32", {1, 3, 8, 8}}};
  network.operators = {made("Load", w, {tensor("w", {1, 6, 9}, "si8")}),
                       made("Load", x, {tensor("x", {1, 3, 8, 8}, "f32")}),
                       made("Conv2D", tensor("conv", {1, 6, 8}, "u4"), {x, w})};
  const std::string text = text_of(network);
  const std::string at_places = " gaddr=0 gsize=0 loffset=0 nslice=0 hslice=0 l2addr=0\n";
  const std::string conv =
      "local_layer: layer_id=0 layer_type=Conv2D layer_name=conv\n"
      "[bmprofile] tensor_id=3 is_in=1 shape=[1x3x8x8] dtype=0 is_const=0" +
      at_places + "[bmprofile] tensor_id=1 is_in=1 shape=[1x6x9] dtype=2 is_const=1" + at_places +
      "[bmprofile] tensor_id=4 is_in=0 shape=[1x6x8] dtype=-1 is_const=0" + at_places;
  EXPECT_EQ(count_of(text, conv), 2U) << text;
}

TEST(VendorProfile, PartsOfALayerOfUnknownTypeAreLayersOfTheirOwn) {
  const std::string text = text_of({});
  EXPECT_EQ(count_of(text, "layer_name=conv\n"), 2U) << text;
  EXPECT_EQ(count_of(text, "layer_id=0 "), 1U) << text;
  EXPECT_EQ(count_of(text, "tensor_id"), 0U) << text;
}

}  // namespace
}  // namespace bmemu::harness
