// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu run --layer-tensors --compare --dump`: values inside of a network.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/tensor/npy.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

const std::string kTraces = tests::source_dir() + "/traces/";
const std::string kLprnet = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
const std::string kLenet = kTraces + "lenet_bm1684x_int8.bmodel.zst";

std::string file(const std::string& name) {
  const auto folder = fs::path(tests::binary_dir()) / "layer_values_test";
  fs::create_directories(folder);
  return (folder / name).string();
}

CliResult run_lprnet(std::vector<std::string> more) {
  std::vector<std::string> arguments{"run", kLprnet, "--input", "random:1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(arguments);
}

class LayerReferences : public testing::Test {
 protected:
  void SetUp() override {
    path_ = file(std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".npz");
    ASSERT_EQ(run_lprnet({"--layer-tensors", path_}).exit_code, 0);
    arrays_ = read_arrays(path_);
  }
  Array& array(const std::string& name) {
    return *std::find_if(arrays_.begin(), arrays_.end(), [&](const Array& a) { return a.name == name; });
  }
  std::string path_;
  std::vector<Array> arrays_;
};

TEST_F(LayerReferences, OfTheSameRunAreIdentical) {
  EXPECT_GT(arrays_.size(), 30U);
  const CliResult result = run_lprnet({"--compare", path_});
  EXPECT_EQ(result.exit_code, 0) << result.err << result.out;
  EXPECT_NE(result.out.find("result of layer"), std::string::npos);
  EXPECT_EQ(result.out.find("BEYOND"), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("first layer beyond"), std::string::npos);
}

TEST_F(LayerReferences, TheFirstLayerThatDiffersIsNamed) {
  const std::string early = "/backbone.2/Relu_output_0_Relu";
  const std::string late = "/AveragePool_output_0_AveragePool/Div_output_0_Div_f32";
  for (const std::string& name : {late, early}) {
    float value = 1e6F;
    std::memcpy(array(name).bytes.data() + 400, &value, sizeof value);
  }
  write_arrays(path_, arrays_);
  CliResult result = run_lprnet({"--compare", path_});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_NE(result.out.find("first layer beyond the tolerance: " + early + " (tpu.Conv2D)"), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("[0,0,0,1,8] is "), std::string::npos) << result.out;  // element 100 of rows of 92
  EXPECT_NE(result.out.find("should be 1000000"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("whole after tiu id 17 and gdma id 2"), std::string::npos) << result.out;
  EXPECT_EQ(run_lprnet({"--compare", path_, "--tolerance", "2e6"}).exit_code, 0);
}

TEST_F(LayerReferences, OfIntegersAreComparedAsStored) {
  const std::string name = "/backbone.2/Relu_output_0_Relu";
  Array stored;
  stored.name = name;
  stored.type = ArrayType::kU8;
  stored.shape = array(name).shape;
  stored.bytes.assign(array(name).elements(), 200);
  write_arrays(path_, {stored, array("/AveragePool_output_0_AveragePool/Div_output_0_Div_f32")});
  const CliResult result = run_lprnet({"--compare", path_});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_NE(result.out.find("should be 200"), std::string::npos) << result.out;
}

TEST_F(LayerReferences, OfAnotherSizeOrNameAreRefusedOrTold) {
  Array& changed = array("/backbone.2/Relu_output_0_Relu");
  changed.shape = {1};
  changed.bytes.resize(sizeof(float));
  write_arrays(path_, arrays_);
  CliResult result = run_lprnet({"--compare", path_});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-TENSOR-SHAPE"), std::string::npos) << result.err;
  changed.name = "nobody";
  write_arrays(path_, arrays_);
  result = run_lprnet({"--compare", path_});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("references of no output and no layer: nobody"), std::string::npos) << result.out;
  Array other = changed;
  other.name = "nobody else";
  write_arrays(path_, {changed, other});
  result = run_lprnet({"--compare", path_});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-TENSOR-NAME"), std::string::npos) << result.err;
}

TEST(LayerTensorsOption, NeedsALayerMap) {
  const CliResult result =
      run({"run", kLenet, "--input", kTraces + "lenet_input.npy", "--layer-tensors", file("none.npz")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-LAYERS-NONE"), std::string::npos) << result.err;
}

CliResult dump(const std::string& folder, std::vector<std::string> commands) {
  std::vector<std::string> arguments{"run",       kLenet, "--input", kTraces + "lenet_input.npy",
                                     "--dump-to", folder, "--dump"};
  arguments.insert(arguments.end(), commands.begin(), commands.end());
  return run(arguments);
}

nlohmann::json commands_of(const std::string& folder) {
  std::ifstream text(folder + "/commands.json");
  return nlohmann::json::parse(text)["commands"];
}

TEST(Dump, WritesOperandsAndResultsWithTheirAddresses) {
  const std::string folder = file("dump");
  fs::remove_all(folder);
  const CliResult result = dump(folder, {"gdma:1", "tiu:1-2"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto commands = commands_of(folder);
  ASSERT_EQ(commands.size(), 3U);
  const auto& load = commands[0];
  EXPECT_EQ(load["engine"], "gdma");
  EXPECT_EQ(load["id"], 1);
  EXPECT_EQ(load["group"], 0);
  EXPECT_EQ(load["file"], "0_gdma_1.npz");
  EXPECT_NE(load["command"].get<std::string>().find("dma.tensor"), std::string::npos);
  // The first load brings the image in.
  const auto arrays = read_arrays(folder + "/0_gdma_1.npz");
  ASSERT_EQ(arrays.size(), 2U);
  EXPECT_EQ(arrays[0].name, "operand0");
  EXPECT_EQ(arrays[1].name, "result0");
  EXPECT_EQ(arrays[0].bytes, arrays[1].bytes);
  EXPECT_EQ(arrays[0].bytes, read_arrays(kTraces + "lenet_input.npy").front().bytes);
  EXPECT_EQ(load["arrays"][0]["memory"], "ddr");
  EXPECT_GE(load["arrays"][0]["address"], 0x100000000U);
  EXPECT_EQ(load["arrays"][1]["memory"], "local");
  EXPECT_EQ(load["arrays"][1]["lane"], 0);
  for (const auto& command : commands)
    EXPECT_EQ(read_arrays(folder + "/" + command["file"].get<std::string>()).size(), command["arrays"].size());
}

TEST(Dump, ALayerIsChosenByName) {
  const std::string folder = file("dump_layer");
  fs::remove_all(folder);
  const CliResult result = run_lprnet({"--dump-to", folder, "--dump", "/backbone.2/Relu_output_0_Relu"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto commands = commands_of(folder);
  ASSERT_EQ(commands.size(), 14U);  // ids 4 to 17
  EXPECT_EQ(commands[0]["id"], 4);
  EXPECT_EQ(commands[13]["id"], 17);
  for (const auto& command : commands) EXPECT_EQ(command["layer"], "/backbone.2/Relu_output_0_Relu");
}

TEST(Dump, UnknownCommandsAndFoldersInTheWayAreRefused) {
  const std::string folder = file("dump_refused");
  fs::remove_all(folder);
  for (const char* wrong : {"tiu:0", "tiu:99999", "gdma:5-4", "tpu:1", "7", "1/tiu:1", "no such layer", "tiu:1x"}) {
    const CliResult result = dump(folder, {wrong});
    EXPECT_EQ(result.exit_code, 2) << wrong;
    EXPECT_NE(result.err.find("E-DUMP-SELECT"), std::string::npos) << result.err;
    EXPECT_FALSE(fs::exists(folder));
  }
  fs::create_directories(folder);
  const CliResult result = dump(folder, {"tiu:1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-DUMP-FOLDER"), std::string::npos) << result.err;
  EXPECT_TRUE(fs::is_empty(folder));
  EXPECT_EQ(run({"run", kLenet, "--input", "random:1", "--dump", "tiu:1"}).exit_code, 2);  // --dump-to is missing
}

TEST(Values, DoNotChangeTheResultOfARun) {
  for (const char* name : {"lenet_bm1684_int8", "lenet_bm1684x_int8", "cnna_bm1684_int8", "cnna_bm1684x_int8",
                           "lprnet_bm1684_int8_1b", "lprnet_bm1684x_int8_1b", "resnet50_bm1684_int8_1b",
                           "resnet50_bm1684x_int8_1b", "yolov5s_bm1684_int8_4b", "yolov5s_bm1684x_int8_4b"}) {
    const std::string program = kTraces + name + ".bmodel.zst";
    const CliResult timed = run({"run", program, "--json", "-"});
    ASSERT_EQ(timed.exit_code, 0) << timed.err;
    const CliResult valued = run({"run", program, "--input", "random:3", "--json", "-"});
    ASSERT_EQ(valued.exit_code, 0) << valued.err;
    auto with_values = nlohmann::json::parse(valued.out);
    auto without = nlohmann::json::parse(timed.out);
    for (const char* key : {"values", "uninitialised", "value_counts", "first_not_finite"}) {  // those about values
      with_values.erase(key);
      without.erase(key);
    }
    EXPECT_EQ(with_values, without) << name;
  }
}

}  // namespace
}  // namespace bmemu::harness
