// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program/layer_map.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "isa/bmodel/bmodel.h"
#include "isa/error.h"
#include "kernels/command_list.h"

namespace bmemu::isa {
namespace {

namespace fs = std::filesystem;

ByteView view(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// A program with one group for each entry of `counts` (TIU, GDMA commands), all of sub-network `subnet`.
Program program_with(Family family, const std::vector<std::pair<int, int>>& counts, std::int32_t subnet = 0) {
  Program result;
  result.family = family;
  for (const auto& [tiu, gdma] : counts) {
    kernels::CommandList list(family);
    for (int i = 0; i < tiu; ++i)
      family == Family::kBm1684 ? list.add(bm1684::TiuInstruction(bm1684::Conv{}))
                                : list.add(bm1684x::TiuInstruction(bm1684x::Conv{}));
    for (int i = 0; i < gdma; ++i)
      family == Family::kBm1684 ? list.add(bm1684::GdmaInstruction(bm1684::Dma{}))
                                : list.add(bm1684x::GdmaInstruction(bm1684x::DmaTensor{}));
    Program part = list.finish("part");
    part.groups[0].subnet = subnet;
    result.groups.push_back(part.groups[0]);
    result.storage.insert(result.storage.end(), part.storage.begin(), part.storage.end());
  }
  return result;
}

std::string record(const std::string& kind, const std::string& ids, const std::string& results,
                   const std::string& operands = "[]", int subnet = 0) {
  return R"({"file-line": 3, "subnet_id": )" + std::to_string(subnet) + R"(, "core_id": 0, "opcode": ")" + kind +
         R"(", "is_local": true, )" + ids + R"(, "operands": )" + operands + R"(, "results": )" + results +
         R"(, "buffers": [{"name": "not this", "shape": [1, 2]}]})";
}

std::string ids(int tiu_before, int gdma_before, int tiu_after, int gdma_after) {
  return "\"tiu_dma_id(before)\": [" + std::to_string(tiu_before) + ", " + std::to_string(gdma_before) +
         "], \"tiu_dma_id(after)\": [" + std::to_string(tiu_after) + ", " + std::to_string(gdma_after) + "]";
}

const char* const kResult = R"([{"address": 1, "name": "r", "shape": [1, 2, [3]], "type": "tensor<1x2>"}])";

template <class Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error({"none", "", "", "", "accepted"});
}

std::string parse_error(const std::string& text) {
  return error_of([&] { parse_layer_records(view(text)); }).id();
}

TEST(LayerMap, SlicesOfOneOperatorAreSpansOfOneLayer) {
  const std::string text = "[" + record("tpu.Load", ids(0, 0, 0, 2), R"([{"name": "load_x"}])") + "," +
                           record("tpu.Conv2D", ids(0, 2, 3, 2), R"([{"name": "y"}])") + "," +
                           record("tpu.Conv2D", ids(3, 2, 5, 2), R"([{"name": "y"}])") + "," +
                           record("tpu.Store", ids(5, 2, 5, 3), R"([{"name": "y"}])") + "]";
  const Program program = program_with(Family::kBm1684x, {{5, 3}});
  const LayerMap map = make_layer_map(parse_layer_records(view(text)), program);
  EXPECT_EQ(map.names, (std::vector<std::string>{"load_x", "y", "y"}));
  EXPECT_EQ(map.kinds, (std::vector<std::string>{"tpu.Load", "tpu.Conv2D", "tpu.Store"}));
  ASSERT_EQ(map.spans.size(), 4U);
  EXPECT_EQ(map.spans[2].layer, 1U);
  EXPECT_EQ(map.layer_of_commands(Engine::kTiu, 0, 6),
            (std::vector<std::uint32_t>{1, 1, 1, 1, 1, LayerMap::kNone}));  // the end command belongs to nobody
  EXPECT_EQ(map.layer_of_commands(Engine::kGdma, 0, 4), (std::vector<std::uint32_t>{0, 0, 2, LayerMap::kNone}));
}

TEST(LayerMap, TheNameIsTheFirstResultsOrElseTheFirstNamedOperands) {
  const std::string operands = R"([{}, {"name": "weight"}, {"name": "bias"}])";
  const std::string text = "[" + record("a", ids(0, 0, 1, 0), R"([{"name": "first"}, {"name": "second"}])", operands) +
                           "," + record("b", ids(1, 0, 2, 0), "[{}]", operands) + "]";
  const auto records = parse_layer_records(view(text));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].name, "first");
  EXPECT_EQ(records[1].name, "weight");
}

TEST(LayerMap, IdsCountOnFromGroupToGroupOfASubnetwork) {
  const std::string text = "[" + record("a", ids(0, 0, 2, 1), R"([{"name": "a"}])", "[]", 7) + "," +
                           record("b", ids(2, 1, 6, 2), R"([{"name": "b"}])", "[]", 7) + "]";
  const Program program = program_with(Family::kBm1684x, {{4, 1}, {2, 1}}, 7);
  const LayerMap map = make_layer_map(parse_layer_records(view(text)), program);
  constexpr auto kNone = LayerMap::kNone;
  EXPECT_EQ(map.layer_of_commands(Engine::kTiu, 0, 5), (std::vector<std::uint32_t>{0, 0, 1, 1, kNone}));
  EXPECT_EQ(map.layer_of_commands(Engine::kTiu, 1, 3), (std::vector<std::uint32_t>{1, 1, kNone}));
  EXPECT_EQ(map.layer_of_commands(Engine::kGdma, 0, 2), (std::vector<std::uint32_t>{0, kNone}));
  EXPECT_EQ(map.layer_of_commands(Engine::kGdma, 1, 2), (std::vector<std::uint32_t>{1, kNone}));
}

TEST(LayerMap, MalformedTextIsRefused) {
  EXPECT_EQ(parse_error(""), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("[{]"), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("3"), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("{}"), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("[3]"), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("[[]]"), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("[{}]"), "E-LAYERS-FIELD");
  EXPECT_EQ(parse_error("[" + record("a", ids(0, 0, 1, 1), kResult) + "] x"), "E-LAYERS-JSON");
  EXPECT_EQ(parse_error("[" + record("a", ids(0, 0, 1, 1), kResult) + "]"), "none");
  EXPECT_EQ(parse_error("[]"), "none");
}

TEST(LayerMap, RecordsThatLackSomethingAreRefusedByFieldAndNumber) {
  const std::string good = record("a", ids(0, 0, 1, 1), kResult);
  const auto second = [&](const std::string& bad) {
    return error_of([&] { parse_layer_records(view("[" + good + "," + bad + "]")); });
  };
  Error error = second(record("a", ids(0, 0, 1, 1), "[]"));
  EXPECT_EQ(error.id(), "E-LAYERS-FIELD");
  EXPECT_EQ(error.place(), "record 1 field results");
  error = second(record("a", ids(5, 0, 4, 1), kResult));
  EXPECT_EQ(error.id(), "E-LAYERS-FIELD");
  EXPECT_EQ(error.legal(), "at least 5, 0");
  EXPECT_EQ(second(record("a", ids(-1, 0, 4, 1), kResult)).id(), "E-LAYERS-JSON");
  EXPECT_EQ(second(record("", ids(0, 0, 4, 1), kResult)).place(), "record 1 field opcode");
  EXPECT_EQ(second(record("a", "\"x\": 1", kResult)).place(), "record 1 field tiu_dma_id(before)");
  EXPECT_EQ(second(record("a", "\"tiu_dma_id(before)\": [1, 2, 3]", kResult)).id(), "E-LAYERS-JSON");
  EXPECT_EQ(second(record("a", "\"tiu_dma_id(before)\": [99999999999, 2]", kResult)).id(), "E-LAYERS-JSON");
}

TEST(LayerMap, IdsBeyondTheProgramAreRefused) {
  const Program program = program_with(Family::kBm1684x, {{5, 3}});
  const auto bind = [&](const std::string& one) {
    return error_of([&] { make_layer_map(parse_layer_records(view("[" + one + "]")), program); });
  };
  EXPECT_EQ(bind(record("a", ids(0, 0, 5, 3), kResult)).id(), "none");
  const Error error = bind(record("a", ids(0, 0, 6, 3), kResult));
  EXPECT_EQ(error.id(), "E-LAYERS-RANGE");
  EXPECT_EQ(error.place(), "layer \"r\" TIU ids");
  EXPECT_EQ(error.legal(), "0..5");
  EXPECT_EQ(bind(record("a", ids(0, 0, 5, 4), kResult)).id(), "E-LAYERS-RANGE");
  EXPECT_EQ(bind(record("a", ids(0, 0, 5, 3), kResult, "[]", 1)).id(), "E-LAYERS-RANGE");
}

class LayerFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(testing::TempDir()) / ("bmemu_layers_" + std::to_string(getpid()) + "_" +
                                        std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  FoundLayerMap find(const std::string& name) {
    return find_layer_map((folder_ / name).string(), program_with(Family::kBm1684x, {{5, 3}}));
  }
  static std::string map_of(const std::string& layer, int tiu, int gdma) {
    return "[" + record("a", ids(0, 0, tiu, gdma), R"([{"name": ")" + layer + R"("}])") + "]";
  }

  fs::path folder_;
};

TEST_F(LayerFiles, TheMapBesideTheProgramIsFoundByNameFirst) {
  EXPECT_TRUE(find("net.bmodel").path.empty());
  write("tensor_location.json", map_of("folder", 5, 3));
  EXPECT_EQ(find("net.bmodel").layers.names.at(0), "folder");
  write("net.loc.json", map_of("loc", 5, 3));
  EXPECT_EQ(find("net.bmodel.zst").layers.names.at(0), "loc");
  write("net.json", map_of("named", 5, 3));
  EXPECT_EQ(find("net.bmodel").layers.names.at(0), "named");
  EXPECT_EQ(find("other.bmodel").layers.names.at(0), "folder");
}

TEST_F(LayerFiles, FilesThatDoNotFitArePassedOverAndReported) {
  write("net.json", R"({"cycles": 3})");
  write("tensor_location.json", map_of("folder", 4, 3));
  const FoundLayerMap found = find("net.bmodel");
  EXPECT_TRUE(found.path.empty());
  EXPECT_TRUE(found.layers.empty());
  ASSERT_EQ(found.rejected.size(), 2U);
  EXPECT_NE(found.rejected[0].find("E-LAYERS-JSON"), std::string::npos);
  EXPECT_NE(found.rejected[1].find("lists other commands"), std::string::npos);
}

TEST_F(LayerFiles, AMapThatIsAskedForAndMissingIsAnError) {
  const Error error = error_of([&] {
    load_layer_map((folder_ / "none.json").string(), program_with(Family::kBm1684x, {{5, 3}}));
  });
  EXPECT_EQ(error.id(), "E-FILE-OPEN");
  EXPECT_NE(error.place().find("none.json"), std::string::npos);
}

TEST(LayerMap, WhatIsWrittenWithTensorsReadsBack) {
  Program program = program_with(Family::kBm1684x, {{2, 1}});
  program.layers.names = {"conv", "relu"};
  program.layers.kinds = {"Conv", "Unary"};
  program.layers.spans = {{0, 0, 0, 1, 0, 1}, {1, 0, 1, 2, 1, 1}};
  std::vector<LayerTexts> texts(2);
  texts[0].operands = {{"x", 0, "", "<1x3x8x8xf32>", "", "", ""}, {"w", 0, "", "<16x3x3x3xf32>", "", "", ""}};
  texts[0].results = {{"conv", 0, "continuous", "<1x16x6x6xf32>", "", "", ""}};
  const std::string text = layer_map_text(program, texts);
  const auto records = parse_layer_records(view(text));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].name, "conv");
  ASSERT_EQ(records[0].operand_texts.size(), 2U);
  EXPECT_EQ(records[0].operand_texts[1].name, "w");
  EXPECT_EQ(records[0].operand_texts[1].memory_type, "<16x3x3x3xf32>");
  EXPECT_EQ(records[0].result_texts[0].layout, "continuous");
  EXPECT_TRUE(records[0].results.empty()) << "nobody says where the values are";
  EXPECT_EQ(records[1].name, "relu") << "the name alone";
  EXPECT_TRUE(records[1].operand_texts.empty());
  EXPECT_EQ(make_layer_map(records, program).names, program.layers.names);
}

TEST(LayerMap, DamagedTextIsRefusedOrReadNeverWorse) {
  const std::string good = "[" + record("tpu.Load", ids(0, 0, 0, 2), kResult, R"([{}, {"name": "x"}])") + "," +
                           record("tpu.Conv2D", ids(0, 2, 3, 2), kResult) + "]";
  std::mt19937 random(5);
  int refused = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::string bad = good;
    if (trial % 2 == 0)
      bad.resize(random() % bad.size());
    else
      bad[random() % bad.size()] = "[]{},:\"0x \x80"[random() % 11];
    refused += parse_error(bad) != "none";
  }
  EXPECT_GT(refused, 10000);
}

}  // namespace
}  // namespace bmemu::isa
