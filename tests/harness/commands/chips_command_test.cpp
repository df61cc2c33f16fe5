// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/report/chip_output.h"
#include "isa/chip/chip_file.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

TEST(ChipsCommand, ListsEveryProductAndMarksTheDefaults) {
  const auto result = run({"chips"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  for (const auto& product : isa::products())
    EXPECT_NE(result.out.find(product.name + (product.is_default ? "*" : " ")), std::string::npos) << product.name;
}

TEST(ChipsCommand, ShowsEveryParameterWithItsSource) {
  const auto result = run({"chips", "show", "bm1684x"});
  EXPECT_EQ(result.exit_code, 0);
  const auto chip = isa::load_chip("bm1684x");
  for (const auto& parameter : isa::chip_parameters()) {
    EXPECT_NE(result.out.find(std::string(parameter.key) + " "), std::string::npos) << parameter.key;
    EXPECT_NE(result.out.find(chip.origins.at(std::string(parameter.key)).source), std::string::npos);
  }
  EXPECT_EQ(result.out.rfind("chip bm1684x, family bm1684x, product SE7-32\n", 0), 0U);
}

TEST(ChipsCommand, JsonHoldsTheEffectiveValues) {
  const auto result =
      run({"chips", "show", "--product", "SC7-HP75", "--set", "tiu.lanes=32", "--set", "l2.bytes=0", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["name"], "bm1684x");
  EXPECT_EQ(json["product"], "SC7-HP75");
  EXPECT_EQ(json["parameters"]["tiu.clock_mhz"]["value"], 750);
  EXPECT_EQ(json["parameters"]["tiu.clock_mhz"]["set_by"], "product SC7-HP75");
  EXPECT_EQ(json["parameters"]["tiu.clock_mhz"]["unit"], "MHz");
  EXPECT_EQ(json["parameters"]["tiu.lanes"]["value"], 32);
  EXPECT_EQ(json["parameters"]["tiu.lanes"]["set_by"], "--set");
  EXPECT_EQ(json["parameters"]["l2.bytes"]["value"], 0);
  EXPECT_EQ(json["parameters"].size(), isa::chip_parameters().size());
}

TEST(ChipsCommand, ThePrintedConfigurationLoadsAsTheSameChip) {
  const auto printed = run({"chips", "show", "bm1684", "--set", "tiu.clock_mhz=612.5", "--print-config"});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  const auto path =
      std::filesystem::path(::testing::TempDir()) / ("bmemu_printed_" + std::to_string(getpid()) + ".toml");
  std::ofstream(path) << printed.out;
  const auto chip = isa::load_chip(path.string());
  std::filesystem::remove(path);
  EXPECT_EQ(chip.name, "bm1684");
  EXPECT_EQ(chip.tiu.clock_mhz, 612.5);
  const auto original = isa::load_chip("bm1684");
  for (const auto& parameter : isa::chip_parameters())
    if (parameter.key != "tiu.clock_mhz") {
      EXPECT_EQ(isa::value(parameter, chip), isa::value(parameter, original)) << parameter.key;
      EXPECT_EQ(chip.origins.at(std::string(parameter.key)).source,
                original.origins.at(std::string(parameter.key)).source);
    }
}

TEST(ChipsCommand, WrongInputIsExitCodeTwoAndOneLine) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"chips", "show", "bm1688"},
           {"chips", "show", "bm1684", "--product", "SE7-32"},
           {"chips", "show", "bm1684", "--set", "tiu.lanes=0"},
           {"chips", "show"},
       }) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind("bmemu: E-CHIP-", 0), 0U) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
  }
}

TEST(ChipsCommand, WrongUsageIsExitCodeTwo) {
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"chip"}).exit_code, 2);
  EXPECT_EQ(run({"chips", "show", "bm1684", "--jsn"}).exit_code, 2);
  EXPECT_EQ(run({"chips", "--help"}).exit_code, 0);
}

TEST(ChipsCommand, UnitsComeFromTheEndOfTheKey) {
  EXPECT_EQ(unit_of("tiu.clock_mhz"), "MHz");
  EXPECT_EQ(unit_of("ddr.rate_mt_per_s"), "MT/s");
  EXPECT_EQ(unit_of("local_memory.lane_bytes"), "B");
  EXPECT_EQ(unit_of("tiu.lanes"), "");
}

}  // namespace
}  // namespace bmemu::harness
