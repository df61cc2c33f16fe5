// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run on a changed chip says so in everything that it writes.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

const std::string kProgram = tests::source_dir() + "/traces/lenet_bm1684x_int8.bmodel.zst";

class ChangedChip : public FolderTest {
 protected:
  /// All results of a run with these options, by name; "text" is the report.
  std::map<std::string, std::string> results(std::vector<std::string> options) {
    std::vector<std::string> arguments{"run",         kProgram,  "--json",       path("a.json"), "--commands",
                                       path("a.csv"), "--trace", path("t.json"), "--report",     path("a.html")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const CliResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::map<std::string, std::string> all{{"text", result.out}};
    for (const char* name : {"a.json", "a.csv", "t.json", "a.html"}) all[name] = read(name);
    return all;
  }
};

TEST_F(ChangedChip, IsNamedWithWhatItWasInEveryResult) {
  std::ofstream(path("half.toml")) << "base = \"bm1684x\"\n[ddr]\ncontrollers = { value = 2, provenance = \"assumed\", "
                                      "source = \"what if\" }\n";
  const std::vector<std::vector<std::string>> ways{
      {"--set", "ddr.controllers=2"}, {"--chip", path("half.toml")}, {"--product", "SC7-HP75"}};
  for (const auto& way : ways) {
    SCOPED_TRACE(way[1]);
    const bool is_product = way[0] == "--product";
    const std::string key = is_product ? "tiu.clock_mhz" : "ddr.controllers";
    const std::string text = is_product ? "tiu.clock_mhz 750 (was 1000" : "ddr.controllers 2 (was 4";
    const auto all = results(way);
    for (const char* name : {"text", "a.csv", "t.json"})
      EXPECT_NE(all.at(name).find(text), std::string::npos) << name << ": " << all.at(name).substr(0, 400);
    EXPECT_EQ(all.at("a.csv").rfind("# chip changed: ", 0), 0U);
    const auto changes = nlohmann::json::parse(all.at("a.json"))["chip_changes"];
    EXPECT_TRUE(std::any_of(changes.begin(), changes.end(), [&](const auto& c) { return c["key"] == key; })) << changes;
    EXPECT_NE(all.at("a.html").find("\"chip_changes\":[{"), std::string::npos);
  }
}

TEST_F(ChangedChip, IsNamedByEveryCommandThatTakesSettings) {
  const std::string setting = "tiu.clock_mhz=900";
  const std::string change = "tiu.clock_mhz 900 (was 1000, --set)";
  const auto expect_named = [&](const std::string& name, const std::string& text) {
    EXPECT_NE(text.find(change), std::string::npos) << name << ": " << text.substr(0, 400);
  };
  const std::vector<std::string> compared{"--json",     path("c.json"), "--markdown",
                                          path("c.md"), "--html",       path("c.html")};
  const auto compare = [&](const std::string& side) {
    std::vector<std::string> words{"compare", kProgram, kProgram, side, setting};
    words.insert(words.end(), compared.begin(), compared.end());
    expect_named("compare " + side, run(words).out);
    expect_named("c.md", read("c.md"));
    const auto json = nlohmann::json::parse(read("c.json"));
    EXPECT_EQ(json["b"]["chip_changes"][0]["key"], "tiu.clock_mhz") << json["b"];
    EXPECT_EQ(json["a"]["chip_changes"].size(), side == "--set" ? 1U : 0U);
    EXPECT_NE(read("c.html").find("\"chip_changes\":[{"), std::string::npos);
  };
  compare("--set");  // no difference, on a chip that nobody has
  compare("--set-b");

  expect_named("whatif", run({"whatif", kProgram, "--set", setting, "--vary", "ddr.rate_mt_per_s=3000,4000", "--jobs",
                              "1", "--csv", path("w.csv"), "--report", path("w.html")})
                             .out);
  expect_named("w.csv", read("w.csv"));
  EXPECT_EQ(read("w.csv").rfind("# ", 0), 0U);
  expect_named("w.html", read("w.html"));

  expect_named("claims", run({"claims", "6.4", "--quick", "--set", setting, "--json", path("k.json"), "--report",
                              path("k.html"), "--markdown", path("k.md")})
                             .out);
  for (const char* name : {"k.json", "k.html", "k.md"}) expect_named(name, read(name));

  expect_named("compile", run({"compile", "network:lprnet", "--set", setting, "-o", path("n.bmodel")}).out);
}

TEST_F(ChangedChip, IsNotNamedWhereNothingWasChanged) {
  const auto all = results({});
  EXPECT_EQ(all.at("text").find("changed"), std::string::npos);
  EXPECT_EQ(all.at("a.csv").rfind("index,", 0), 0U);
  EXPECT_TRUE(nlohmann::json::parse(all.at("a.json"))["chip_changes"].empty());
  const CliResult sweep =
      run({"whatif", kProgram, "--vary", "ddr.rate_mt_per_s=3000,4000", "--jobs", "1", "--csv", path("w.csv")});
  EXPECT_EQ(sweep.out.find("changed from"), std::string::npos) << sweep.out;
  EXPECT_EQ(read("w.csv").rfind("number,", 0), 0U);
}

TEST_F(ChangedChip, OfAnotherGeometryHasTimesWithoutAnInterval) {
  const auto all = results({"--set", "tiu.lanes=32"});
  const auto json = nlohmann::json::parse(all.at("a.json"));
  EXPECT_GT(json["time_ms"].get<double>(), 0);
  EXPECT_TRUE(json["time_ms_interval"].is_null());
  EXPECT_NE(json["calibration"]["unavailable"].get<std::string>().find("compiled for 64 lanes"), std::string::npos);
  EXPECT_NE(all.at("text").find("90 %: n/a: the program is compiled for 64 lanes"), std::string::npos);
}

}  // namespace
}  // namespace bmemu::harness
