// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/claims/registry.h"
#include "harness/report/saved/saved_run.h"
#include "isa/error.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

class ClaimsCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("claims_command_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::filesystem::path folder_;
};

TEST_F(ClaimsCommand, PrintsTwoLinesPerClaim) {
  const auto result = run({"claims", "6.2", "--quick"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2);
  EXPECT_EQ(result.out.rfind("6.2  outcome partly, cause confirmed", 0), 0U) << result.out;
}

TEST_F(ClaimsCommand, ExitsWithOneWhenAVerdictChanges) {
  auto text = run({"claims", "--print-host"}).out;
  const std::string key = "scale_in_ns = { value = ";
  const auto at = text.find(key) + key.size();
  text.replace(at, text.find(',', at) - at, "0");
  write("host.toml", text);
  const auto result = run({"claims", "6.2", "--quick", "--host", path("host.toml")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.out.find("CHANGED"), std::string::npos) << result.out;
}

TEST_F(ClaimsCommand, WritesJsonAndAPage) {
  ASSERT_EQ(run({"claims", "6.2", "--quick", "--json", path("a.json"), "--report", path("a.html")}).exit_code, 0);
  const auto json = nlohmann::json::parse(read("a.json"));
  EXPECT_EQ(json["schema"], "bmemu.claims/1");
  ASSERT_EQ(json["claims"].size(), 1U);
  for (const char* key : {"id", "claim", "outcome", "cause", "figure", "evidence", "limits"})
    EXPECT_TRUE(json["claims"][0].contains(key)) << key;
  for (const auto& evidence : json["claims"][0]["evidence"])
    EXPECT_EQ(evidence["command"].get<std::string>().rfind("bmemu ", 0), 0U);
  const std::string page = read("a.html");
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos) << "the page needs nothing from elsewhere";
}

/// Runs what stands beside each piece of evidence, and looks for the evidence in what it prints.
void expect_shown_commands_show(const std::vector<std::string>& arguments, int exit_code) {
  const auto json = nlohmann::json::parse(run(arguments).out);
  std::map<std::string, std::string> shown;  // by command
  for (const auto& claim : json["claims"])
    for (const auto& evidence : claim["evidence"]) {
      const auto command = evidence["command"].get<std::string>();
      if (shown.count(command) == 0) {
        std::istringstream words(command);
        std::vector<std::string> again{std::istream_iterator<std::string>(words), {}};
        ASSERT_EQ(again.front(), "bmemu");
        again.erase(again.begin());
        const auto result = run(again);
        EXPECT_EQ(result.exit_code, exit_code) << command << "\n" << result.err;
        shown[command] = result.out;
      }
      const auto what = evidence["what"].get<std::string>();
      EXPECT_NE(shown[command].find(what), std::string::npos) << command << " does not show: " << what;
    }
  EXPECT_GE(shown.size(), 1U);
}

TEST_F(ClaimsCommand, EveryShownCommandShowsItsFigure) {
  expect_shown_commands_show({"claims", "6.2", "6.3", "6.4", "7", "--json", "-"}, 0);
}

TEST_F(ClaimsCommand, ShownCommandsHaveTheOptionsThatGaveTheFigure) {
  expect_shown_commands_show(
      {"claims", "6.4", "--quick", "--set", "tiu.clock_mhz=550", "--set", "ddr.rate_mt_per_s=4000", "--json", "-"}, 1);
  const auto json = nlohmann::json::parse(
      run({"claims", "6.2", "--quick", "--programs", tests::source_dir() + "/traces", "--json", "-"}).out);
  EXPECT_EQ(json["claims"][0]["evidence"][0]["command"],
            "bmemu claims 6.2 --evidence --quick --programs " + tests::source_dir() + "/traces");
}

TEST_F(ClaimsCommand, RefusesAnEntryThatTheFaqDoesNotHave) {
  const auto result = run({"claims", "9.9"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-CLAIM-ID"), std::string::npos) << result.err;
}

TEST(ClaimTexts, AreRefusedWhenTheyAreNone) {
  const auto id_of = [](const char* text) {
    try {
      parse_claim_texts(text);
    } catch (const Error& error) {
      return error.id();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(id_of("x = 1"), "E-CLAIM-FILE");
  EXPECT_EQ(id_of("[[claim]]\nid = \"1.1\"\n"), "E-CLAIM-FILE");
  EXPECT_EQ(id_of("[[claim]]\nid = \"1.1\"\nclaim = \"c\"\noutcome = \"maybe\"\n"), "E-CLAIM-FILE");
  EXPECT_EQ(id_of("[[claim]]\nid = \"1.1\"\nclaim = \"c\"\noutcome = \"partly\"\n"), "accepted");
}

TEST_F(ClaimsCommand, RefusesHostFilesThatAreNone) {
  write("host.toml", "python_call_ms = 3\n");
  const auto host = run({"claims", "6.2", "--host", path("host.toml")});
  EXPECT_EQ(host.exit_code, 2);
  EXPECT_NE(host.err.find("E-HOST-FILE"), std::string::npos) << host.err;
  write("networks.toml", "[[network]]\nsample = \"A\"\narray = \"float7\"\n");
  const auto networks = run({"claims", "6.2", "--networks", path("networks.toml")});
  EXPECT_EQ(networks.exit_code, 2);
  EXPECT_NE(networks.err.find("float7"), std::string::npos) << networks.err;
}

TEST_F(ClaimsCommand, JsonAndSavedRunsCarryTheStageWhosePartsSumToIt) {
  const std::string program = tests::source_dir() + "/traces/lenet_bm1684x_int8.bmodel.zst";
  const std::string file = path("host.run");
  const auto result = run({"run", program, "--host", "opencv.py", "--json", "-", "--save", file});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  double sum = 0;
  for (const auto& part : json.at("host").at("parts")) sum += part.at("ms_per_image").get<double>();
  EXPECT_NEAR(sum, json["host"]["inference_ms_per_image"].get<double>(), 1e-9);
  EXPECT_NEAR(sum - json["host"]["interface_ms_per_image"].get<double>(), json["per_image_ms"].get<double>(), 1e-9);
  const harness::Run loaded = load_run(file);
  ASSERT_TRUE(loaded.result.notes.host.has_value());
  EXPECT_EQ(loaded.result.notes.host->parts.size(), json["host"]["parts"].size());
  EXPECT_EQ(nlohmann::json::parse(run({"run", program, "--json", "-"}).out).count("host"), 0U);
}

TEST_F(ClaimsCommand, RunPrintsTheStageOfAnApplicationByTheInterfacesNames) {
  const auto result = run({"run", tests::source_dir() + "/traces/lenet_bm1684x_int8.bmodel.zst", "--host", "opencv.py",
                           "--host-array", "float64-strided", "--stages"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* part :
       {"cast", "ascontiguousarray", "memcpy_cpu_to_cpu_0", "bmrt_launch_tensor_ex", "bm_memcpy_d2s_partial"})
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
}

}  // namespace
}  // namespace bmemu::harness
