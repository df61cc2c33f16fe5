// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/compare/comparison.h"
#include "harness/compare/shapley.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";
const std::string kNew = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
const std::string kOld = kTraces + "lprnet_bm1684_int8_1b.bmodel.zst";

nlohmann::json compared(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "compare");
  arguments.insert(arguments.end(), {"--json", "-"});
  const CliResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return nlohmann::json::parse(result.out);
}

std::int64_t sum_of(const nlohmann::json& comparison) {
  std::int64_t sum = 0;
  for (const auto& cause : comparison["causes"]) sum += cause["delta_ps"].get<std::int64_t>();
  return sum;
}

const nlohmann::json* find(const nlohmann::json& comparison, const std::string& change) {
  for (const auto& cause : comparison["causes"])
    if (cause["class"] == change) return &cause;
  return nullptr;
}

TEST(Shapley, SharesSumToTheWholeAndInteractionIsHalved) {
  // 3 alone, 5 alone, 2 more together
  const auto shares =
      shapley(2, [](unsigned set) { return (set & 1 ? 3.0 : 0) + (set & 2 ? 5.0 : 0) + (set == 3 ? 2.0 : 0); });
  EXPECT_DOUBLE_EQ(shares[0], 4);
  EXPECT_DOUBLE_EQ(shares[1], 6);
  const auto three = shapley(3, [](unsigned set) { return set == 7 ? 6.0 : 0.0; });
  for (const double share : three) EXPECT_DOUBLE_EQ(share, 2);
}

TEST(Compare, TheSameProgramHasNoDifferenceAndNothingElse) {
  const CliResult text = run({"compare", kNew, kNew});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.out.rfind("No difference: ", 0), 0U) << text.out;
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'), 1);
  const auto json = compared({kNew, kNew});
  EXPECT_EQ(json["schema"], "bmemu.compare/1");
  EXPECT_TRUE(json["no_difference"].get<bool>());
  EXPECT_TRUE(json["causes"].empty());
  EXPECT_EQ(json["delta_ps"], 0);
}

TEST(Compare, ASavedRunIsTheRun) {
  const std::string path = ::testing::TempDir() + "compare_saved.run";
  ASSERT_EQ(run({"run", kNew, "--save", path}).exit_code, 0);
  EXPECT_TRUE(compared({path, kNew})["no_difference"].get<bool>());
  EXPECT_TRUE(compared({kNew, path})["no_difference"].get<bool>());
  const auto other = compared({path, kNew, "--set-b", "tiu.clock_mhz=900"});
  ASSERT_EQ(other["causes"].size(), 1U);
  EXPECT_EQ(other["causes"][0]["class"], "clock");
  std::filesystem::remove(path);
}

TEST(Compare, ChipsAreExchangedOneGroupAtATime) {
  const auto both = compared({kNew, kNew, "--set-b", "tiu.clock_mhz=700", "--set-b", "ddr.controllers=2"});
  EXPECT_EQ(sum_of(both), both["delta_ps"].get<std::int64_t>());
  const auto clock = compared({kNew, kNew, "--set-b", "tiu.clock_mhz=700"});
  const auto ddr = compared({kNew, kNew, "--set-b", "ddr.controllers=2"});
  ASSERT_NE(find(both, "clock"), nullptr);
  ASSERT_NE(find(both, "ddr"), nullptr);
  EXPECT_EQ(clock["causes"][0]["delta_ps"], clock["delta_ps"]) << "one change has the whole difference";
  const double total = std::abs(clock["delta_ms"].get<double>()) + std::abs(ddr["delta_ms"].get<double>());
  EXPECT_NEAR((*find(both, "clock"))["delta_ms"].get<double>(), clock["delta_ms"].get<double>(), 0.2 * total);
  EXPECT_NEAR((*find(both, "ddr"))["delta_ms"].get<double>(), ddr["delta_ms"].get<double>(), 0.2 * total);
  EXPECT_EQ(both["settings"].size(), 2U);
}

TEST(Compare, AProductIsOneCause) {
  const auto json = compared({kNew, kNew, "--product-a", "SE7-32", "--product-b", "SC7-HP75"});
  ASSERT_EQ(json["causes"].size(), 1U);
  EXPECT_EQ(json["causes"][0]["class"], "product");
  EXPECT_GT(json["delta_ms"].get<double>(), 0);
}

TEST(Compare, AnotherChipIsOneCause) {
  const auto json = compared({kOld, kNew});
  ASSERT_EQ(json["causes"].size(), 1U);
  EXPECT_EQ(json["causes"][0]["class"], "chip");
  EXPECT_EQ(sum_of(json), json["delta_ps"].get<std::int64_t>());
}

TEST(Compare, OtherNetworksAreOneCauseThatSaysSo) {
  for (const std::string& other :
       {kTraces + "yolov5s_bm1684x_int8_4b.bmodel.zst", kTraces + "resnet50_bm1684_int8_1b.bmodel.zst"}) {
    const auto json = compared({kNew, other});
    ASSERT_EQ(json["causes"].size(), 1U);
    EXPECT_EQ(json["causes"][0]["class"], "other_network");
    EXPECT_NE(json["causes"][0]["text"].get<std::string>().find("different networks"), std::string::npos);
    EXPECT_EQ(sum_of(json), json["delta_ps"].get<std::int64_t>());
  }
}

TEST(Compare, CopiesOfInputsAndOutputsThatOneSideHasAreACause) {
  const std::string path = ::testing::TempDir() + "compare_without_copies.run";
  ASSERT_EQ(run({"run", kNew, "--io-copies", "off", "--save", path}).exit_code, 0);
  const auto json = compared({kNew, path});
  ASSERT_EQ(json["causes"].size(), 1U);
  EXPECT_EQ(json["causes"][0]["class"], "io_cast");
  EXPECT_NE(json["causes"][0]["text"].get<std::string>().find("only A has"), std::string::npos) << json["causes"][0];
  EXPECT_EQ(sum_of(json), json["delta_ps"].get<std::int64_t>());
  std::filesystem::remove(path);
}

TEST(Compare, SwappedSidesHaveTheSameCausesWithTheOppositeSign) {
  const std::vector<std::vector<std::string>> pairs = {
      {kTraces + "yolov5s_bm1684x_int8_4b.bmodel.zst", kTraces + "yolov5s_bm1684x_int8_4b.bmodel.zst", "--set-a",
       "ddr.controllers=2", "--set-b", "tiu.clock_mhz=800"},
      {kOld, kNew}};
  for (const auto& pair : pairs) {
    auto swapped = pair;
    std::swap(swapped[0], swapped[1]);
    for (auto& word : swapped)
      if (word == "--set-a")
        word = "--set-b";
      else if (word == "--set-b")
        word = "--set-a";
    const auto there = compared(pair);
    const auto back = compared(swapped);
    EXPECT_EQ(there["delta_ps"].get<std::int64_t>(), -back["delta_ps"].get<std::int64_t>());
    ASSERT_EQ(there["causes"].size(), back["causes"].size());
    for (const auto& cause : there["causes"]) {
      const auto* other = find(back, cause["class"]);
      ASSERT_NE(other, nullptr) << cause["class"];
      EXPECT_NEAR(cause["delta_ps"].get<double>(), -(*other)["delta_ps"].get<double>(), 2) << cause["class"];
    }
  }
}

TEST(Compare, ASlowerProgramFailsAboveTheLimit) {
  const std::vector<std::string> slower = {"compare", kNew, kNew, "--set-b", "tiu.clock_mhz=500", "--fail-above"};
  const auto with = [&](const std::string& limit) {
    auto arguments = slower;
    arguments.push_back(limit);
    return run(arguments).exit_code;
  };
  EXPECT_EQ(with("2%"), 1);
  EXPECT_EQ(with("400%"), 0);
  EXPECT_EQ(with("two"), 2);
  EXPECT_EQ(with("-1%"), 2);
  EXPECT_EQ(run({"compare", kNew, kNew, "--fail-above", "0%"}).exit_code, 0);
}

TEST(Compare, ReportsNeedNothingFromTheNetworkAndNameNoFolder) {
  const std::string html = ::testing::TempDir() + "compare.html";
  const std::string markdown = ::testing::TempDir() + "compare.md";
  ASSERT_EQ(
      run({"compare", kNew, kNew, "--set-b", "ddr.controllers=2", "--html", html, "--markdown", markdown}).exit_code,
      0);
  std::ifstream page(html);
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  for (const char* forbidden : {"http://", "https://", "src=", "@import", "/*DATA*/", "/*STYLE*/", "/*SCRIPT*/"})
    EXPECT_EQ(text.find(forbidden), std::string::npos) << forbidden;
  EXPECT_EQ(text.find(kTraces), std::string::npos);
  std::ifstream table(markdown);
  const std::string rows{std::istreambuf_iterator<char>(table), {}};
  EXPECT_NE(rows.find("| ddr | +"), std::string::npos) << rows;
  std::filesystem::remove(html);
  std::filesystem::remove(markdown);
}

TEST(Compare, ADynamicProgramIsRefusedInOneLine) {
  const std::string folder = tests::reference_dir() + "/regressions/";
  const std::string program = folder + "s09_b_squeezenet_bm1684x_f16.bmodel.zst";
  if (!std::filesystem::exists(program)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  const CliResult result = run({"compare", folder + "s09_a_squeezenet_bm1684x_f16.bmodel.zst", program});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-BMODEL-DYNAMIC"), std::string::npos);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

}  // namespace
}  // namespace bmemu::harness
