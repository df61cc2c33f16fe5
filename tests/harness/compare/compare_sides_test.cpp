// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sides of a comparison besides programs: profiles of the vendor's format, and models.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"
#include "tests/onnx/small_model.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";

class CompareSides : public FolderTest {
 protected:
  static nlohmann::json compared(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "compare");
    arguments.insert(arguments.end(), {"--json", "-"});
    const CliResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return nlohmann::json::parse(result.out);
  }
  static std::int64_t sum_of(const nlohmann::json& comparison) {
    std::int64_t sum = 0;
    for (const auto& cause : comparison["causes"]) sum += cause["delta_ps"].get<std::int64_t>();
    return sum;
  }
  std::string profile(const std::string& program, const std::string& name,
                      const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"run", program, "--vendor-profile", path(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments).exit_code, 0);
    return path(name);
  }
  static std::string read(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }
};

TEST_F(CompareSides, AProfileOfARunIsThatRun) {
  for (const char* name : {"lprnet_bm1684x_int8_1b", "lprnet_bm1684_int8_1b", "yolov5s_bm1684_int8_4b"}) {
    const std::string program = kTraces + name + ".bmodel.zst";
    const std::string folder = profile(program, name);
    EXPECT_TRUE(compared({folder, program})["no_difference"].get<bool>()) << name;
    const auto json = compared({program, folder});
    EXPECT_TRUE(json["no_difference"].get<bool>()) << name;
    EXPECT_TRUE(json["causes"].empty());
    EXPECT_EQ(json["b"]["evidence"], "profile");
    EXPECT_EQ(json["a_ms"], json["b_ms"]);
    EXPECT_EQ(run({"compare", folder, program}).out.rfind("No difference: ", 0), 0U);
  }
}

TEST_F(CompareSides, AProfileWithoutCopiesFindsTheRunWithoutThem) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  EXPECT_TRUE(compared({profile(program, "plain", {"--io-copies", "off"}), program})["no_difference"].get<bool>());
}

TEST_F(CompareSides, ASlowerCommandOfAProfileIsACauseWithItsLayer) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  const std::string folder = profile(program, "slow");
  // Every record of the GDMA from the 50th on is 20000 cycles later: what the 49th loads took that much longer.
  std::string bytes = read(folder + "/iter0.profile");
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  };
  const auto add = [&](std::size_t at) {
    const std::uint32_t value = word(at) + 20000;
    std::memcpy(bytes.data() + at, &value, sizeof value);
  };
  std::uint32_t moved_at = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 8 + word(at + 4))
    if (word(at) == 4) moved_at = word(at + 8 + 49 * 192);
  ASSERT_GT(moved_at, 0U);
  for (std::size_t at = 0; at < bytes.size(); at += 8 + word(at + 4)) {
    const std::size_t size = word(at) == 3 ? 32 : word(at) == 4 ? 192 : 0;
    for (std::size_t record = at + 8; size > 0 && record < at + 8 + word(at + 4); record += size) {
      if (word(record) >= moved_at) add(record);
      if (word(record + 4) >= moved_at) add(record + 4);
    }
  }
  write(folder + "/iter0.profile", bytes);
  const auto json = compared({program, folder});
  EXPECT_NEAR(json["delta_ms"].get<double>(), 0.02, 1e-5) << "20000 cycles of 1000 MHz";
  EXPECT_EQ(sum_of(json), json["delta_ps"].get<std::int64_t>());
  ASSERT_EQ(json["causes"].size(), 1U);
  EXPECT_EQ(json["causes"][0]["class"], "profile");
  EXPECT_FALSE(json["causes"][0]["layers"].empty());
  const auto swapped = compared({folder, program});
  EXPECT_EQ(swapped["delta_ps"].get<std::int64_t>(), -json["delta_ps"].get<std::int64_t>());
}

TEST_F(CompareSides, TwoProfilesAreComparedByThemselves) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  const std::string fast = profile(program, "fast");
  const std::string slow = profile(program, "slow", {"--set", "ddr.rate_mt_per_s=2000"});
  EXPECT_TRUE(compared({fast, fast})["no_difference"].get<bool>());
  const auto json = compared({fast, slow});
  EXPECT_GT(json["delta_ms"].get<double>(), 0);
  EXPECT_EQ(sum_of(json), json["delta_ps"].get<std::int64_t>());
}

TEST_F(CompareSides, DamagedProfilesAreErrors) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  const std::string folder = profile(program, "damaged");
  const std::string bytes = read(folder + "/iter0.profile");
  const std::string text = read(folder + "/global.profile");
  const auto error = [&] { return run({"compare", folder, program}); };
  write(folder + "/iter0.profile", bytes.substr(0, bytes.size() - 100));
  EXPECT_EQ(error().exit_code, 2);
  EXPECT_EQ(error().err.rfind("bmemu: E-PROFILE-FORMAT: ", 0), 0U) << error().err;
  write(folder + "/iter0.profile", "");
  EXPECT_EQ(error().err.rfind("bmemu: E-PROFILE-FORMAT: ", 0), 0U) << error().err;
  write(folder + "/iter0.profile", bytes);
  write(folder + "/global.profile", text.substr(0, text.size() / 2));
  EXPECT_EQ(error().err.rfind("bmemu: E-PROFILE-FORMAT: ", 0), 0U) << error().err;
  write(folder + "/global.profile", text);
  EXPECT_EQ(error().exit_code, 0);
  std::filesystem::remove(folder + "/iter0.profile");
  EXPECT_EQ(error().err.rfind("bmemu: E-FILE-OPEN: ", 0), 0U) << error().err;
  EXPECT_EQ(run({"compare", path(""), program}).exit_code, 2) << "a folder without a profile";
}

/// Layers that one side alone knows are no operators that the other lacks.
TEST_F(CompareSides, WithoutALayerMapOnBothSidesNoneIsUsed) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  const std::string bare = path("bare.bmodel.zst");
  std::filesystem::copy_file(program, bare);
  const std::string saved = path("saved.json");
  ASSERT_EQ(run({"run", program, "--save", saved}).exit_code, 0);
  for (const std::string& with : {program, saved})
    for (const auto& sides : {std::pair(with, bare), std::pair(bare, with)}) {
      SCOPED_TRACE(sides.first + " and " + sides.second);
      const CliResult result = run({"compare", sides.first, sides.second});
      EXPECT_EQ(result.exit_code, 0);
      EXPECT_NE(result.err.find("no layer map of bare.bmodel.zst"), std::string::npos) << result.err;
      EXPECT_EQ(result.out.rfind("No difference: ", 0), 0U) << result.out;
    }
  const auto slower = compared({program, bare, "--set-b", "ddr.rate_mt_per_s=2000"});
  ASSERT_EQ(slower["causes"].size(), 1U);
  EXPECT_EQ(slower["causes"][0]["class"], "ddr");
}

TEST_F(CompareSides, AProfileHasNoOtherChip) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  const CliResult result = run({"compare", profile(program, "p"), program, "--set-a", "ddr.controllers=2"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err.rfind("bmemu: E-COMPARE-SIDE: ", 0), 0U) << result.err;
}

TEST_F(CompareSides, OptionsThatMoveNothingInWhatIsRecordedAreErrors) {
  const std::string program = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
  ASSERT_EQ(run({"run", program, "--save", path("a.run")}).exit_code, 0);
  const std::string saved = path("a.run");
  const std::string folder = profile(program, "p");
  const std::vector<std::vector<std::string>> wrong = {
      {saved, program, "--layers-a", kTraces + "lprnet_bm1684x_int8_1b.json.zst"},
      {saved, program, "--dtype-a", "fp16"},
      {program, saved, "--set-b", "tiu.clock_mhz=900"},
      {saved, saved, "--set", "tiu.clock_mhz=900"},
      {saved, folder, "--io-copies", "off"},
      {folder, program, "--batch-a", "2"},
      {folder, folder, "--product-b", "SE7-32"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), "compare");
    const CliResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments.back();
    EXPECT_EQ(result.err.rfind("bmemu: E-COMPARE-SIDE: ", 0), 0U) << result.err;
  }
  EXPECT_EQ(run({"compare", saved, program, "--set", "tiu.clock_mhz=900"}).exit_code, 0) << "meant for the program";
}

TEST_F(CompareSides, ModelsAreCompiledAndMatchedByTheirOperators) {
  const std::string model = path("small.onnx");
  tests::write_small_model(model, 3);
  const std::string wider = path("wider.onnx");
  tests::write_small_model(wider, 5);
  EXPECT_TRUE(compared({model, model})["no_difference"].get<bool>());
  const auto kernel = compared({model, wider});
  ASSERT_FALSE(kernel["causes"].empty());
  EXPECT_EQ(kernel["causes"][0]["class"], "kernel_size") << kernel["causes"].dump(1);
  EXPECT_EQ(sum_of(kernel), kernel["delta_ps"].get<std::int64_t>());
  const auto precision = compared({model, model, "--dtype-b", "fp16"});
  ASSERT_FALSE(precision["causes"].empty());
  EXPECT_EQ(precision["causes"][0]["class"], "precision") << precision["causes"].dump(1);
  EXPECT_TRUE(compared({model, model, "--dtype", "fp16"})["no_difference"].get<bool>());
  EXPECT_EQ(run({"compare", model, model, "--dtype", "int8"}).exit_code, 2);  // without ranges
}

TEST_F(CompareSides, AProgramOfAModelIsComparedAsTheModel) {
  tests::write_small_model(path("small.onnx"), 3);
  tests::write_small_model(path("wider.onnx"), 5);
  for (const std::string name : {"small", "wider"})
    ASSERT_EQ(run({"compile", path(name + ".onnx"), "-o", path(name + ".bmodel")}).exit_code, 0);
  ASSERT_EQ(run({"compile", path("small.onnx"), "--no-layer-group", "-o", path("apart.bmodel")}).exit_code, 0);
  EXPECT_TRUE(compared({path("small.onnx"), path("small.bmodel")})["no_difference"].get<bool>());
  const auto kernel = compared({path("small.bmodel"), path("wider.bmodel")});
  ASSERT_FALSE(kernel["causes"].empty());
  EXPECT_EQ(kernel["causes"][0]["class"], "kernel_size") << kernel["causes"].dump(1);
  const auto groups = compared({path("small.bmodel"), path("apart.bmodel")});
  ASSERT_FALSE(groups["causes"].empty());
  EXPECT_EQ(groups["causes"][0]["class"], "layer_group_off") << groups["causes"].dump(1);
}

TEST_F(CompareSides, BuiltInNetworksAreSidesInAnyType) {
  const std::string network = "network:lprnet";
  const auto types = compared({network, network, "--dtype-b", "int8"});
  ASSERT_FALSE(types["causes"].empty());
  EXPECT_EQ(types["causes"][0]["class"], "precision") << types["causes"].dump(1);
  const auto batches = compared({network, network, "--dtype", "int8", "--batch-b", "4"});
  ASSERT_FALSE(batches["causes"].empty());
  EXPECT_EQ(batches["causes"][0]["class"], "batch") << batches["causes"].dump(1);
  const auto groups = compared({network, network, "--dtype", "fp16", "--no-layer-group-b"});
  ASSERT_FALSE(groups["causes"].empty());
  EXPECT_EQ(groups["causes"][0]["class"], "layer_group_off") << groups["causes"].dump(1);
  EXPECT_EQ(run({"compare", "network:none", network}).exit_code, 2);
}

}  // namespace
}  // namespace bmemu::harness
