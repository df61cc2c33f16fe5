// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "isa/chip/chip_file.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";
const std::string kNew = kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst";
const std::string kOld = kTraces + "lprnet_bm1684_int8_1b.bmodel.zst";

class RunCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("run_command_" + std::to_string(getpid()) + "_" +
               std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::filesystem::path folder_;
};

nlohmann::json json_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--json", "-"});
  const auto result = run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return nlohmann::json::parse(result.out);
}

TEST_F(RunCommand, TwoRunsWriteTheSameBytes) {
  const std::vector<std::string> names = {"a.json", "b.csv", "c.pftrace", "d.html"};
  std::vector<std::string> first;
  for (int round = 0; round < 2; ++round) {
    const auto result = run({"run", kNew, "--json", path(names[0]), "--commands", path(names[1]), "--trace",
                             path(names[2]), "--report", path(names[3])});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "") << "no progress in a pipe";
    EXPECT_EQ(files(), names) << "nothing else is left";
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string text = read(names[i]);
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(text.find(kTraces), std::string::npos) << names[i] << " names a folder";
      if (round == 0)
        first.push_back(text);
      else
        EXPECT_TRUE(text == first[i]) << names[i];
    }
  }
}

TEST_F(RunCommand, CausesSumToTheRunForBothChips) {
  for (const auto& program : {kOld, kNew}) {
    const auto json = json_of({"run", program});
    EXPECT_GT(json["length_ps"].get<std::int64_t>(), 0);
    for (const auto& stack : {json["stack"]["tiu"], json["stack"]["gdma"], json["critical_path"]["causes"]}) {
      std::int64_t sum = 0;
      for (const auto& [cause, time] : stack.items()) {
        EXPECT_GE(time.get<std::int64_t>(), 0) << cause;
        sum += time.get<std::int64_t>();
      }
      EXPECT_EQ(sum, json["length_ps"]);
    }
    EXPECT_GT(json["layers"].size(), 10U) << "the layer map beside the program is found";
    EXPECT_GT(json["ideal_ms"].get<double>(), 0);  // may exceed the run: estimates charge short rows more than silicon
  }
}

TEST_F(RunCommand, TheCommandTableHasARowForEveryCommand) {
  const auto table = run({"run", kNew, "--commands", "-"});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  const auto json = json_of({"run", kNew});
  EXPECT_EQ(table.out.rfind("index,group,engine,id,dep,op,layer,ideal_cycles,begin_ns,end_ns,bytes\n", 0), 0U);
  const auto rows = std::count(table.out.begin(), table.out.end(), '\n') - 1;
  EXPECT_EQ(rows, json["tiu"]["commands"].get<long>() + json["gdma"]["commands"].get<long>());
}

TEST_F(RunCommand, TheChipComesFromTheProgramUnlessChosen) {
  EXPECT_EQ(json_of({"run", kOld})["product"], "SE5-16");
  EXPECT_EQ(json_of({"run", kNew})["product"], "SE7-32");
  const auto slow = json_of({"run", kNew, "--product", "SC7-HP75", "--set", "gdma.clock_mhz=700"});
  EXPECT_EQ(slow["product"], "SC7-HP75");
  EXPECT_EQ(slow["tiu"]["clock_mhz"], 750);
  EXPECT_EQ(slow["chip_description"]["parameters"]["gdma.clock_mhz"]["set_by"], "--set");
  EXPECT_GT(slow["tiu"]["busy_ms"].get<double>(), json_of({"run", kNew})["tiu"]["busy_ms"].get<double>());
}

TEST_F(RunCommand, TheReportGoesToTheTerminalUnlessAResultDoes) {
  const auto report = run({"run", kNew});
  EXPECT_EQ(report.out.rfind("chip bm1684x, product SE7-32: TIU 1000 MHz, ", 0), 0U);
  EXPECT_NE(report.out.find("most expensive layers"), std::string::npos);
  const auto json = run({"run", kNew, "--json", "-"});
  EXPECT_EQ(json.out[0], '{');
  EXPECT_EQ(json.out.find("most expensive"), std::string::npos);
}

TEST_F(RunCommand, ATraceIsChromeJsonWhenItsNameSaysSo) {
  ASSERT_EQ(run({"run", kNew, "--trace", path("t.json")}).exit_code, 0);
  EXPECT_GT(nlohmann::json::parse(read("t.json"))["traceEvents"].size(), 100U);
}

TEST_F(RunCommand, PrintConfigIsTheChipThatWouldRun) {
  const auto printed = run({"run", kOld, "--set", "tiu.lanes=32", "--print-config"});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  std::ofstream(path("printed.toml")) << printed.out;
  EXPECT_EQ(isa::load_chip(path("printed.toml")).tiu.lanes, 32);
}

TEST_F(RunCommand, LookingForMissingWaitsDoesNotChangeTheRun) {
  const auto looked = json_of({"run", kNew, "--hazards", "error"});
  EXPECT_TRUE(looked["hazards"].empty());
  EXPECT_EQ(looked, json_of({"run", kNew, "--hazards", "off"}));
}

TEST_F(RunCommand, WrongInputIsExitCodeTwoWithItsId) {
  const auto id_of = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind("bmemu: ", 0), 0U);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    return result.err.substr(7, result.err.find(':', 7) - 7);
  };
  EXPECT_EQ(id_of({kNew, "--chip", "bm1684"}), "E-CHIP-PROGRAM");
  EXPECT_EQ(id_of({kNew, "--product", "SE5-8"}), "E-CHIP-PROGRAM");
  EXPECT_EQ(id_of({kNew, "--chip", "bm1684x", "--product", "SE5-8"}), "E-CHIP-PRODUCT");
  EXPECT_EQ(id_of({kNew, "--chip", "bm9"}), "E-CHIP-NAME");
  EXPECT_EQ(id_of({kNew, "--set", "tiu.lanes"}), "E-CHIP-SETTING");
  EXPECT_EQ(id_of({kNew, "--layers", path("none.json")}), "E-FILE-OPEN");
  EXPECT_EQ(id_of({kNew, "--layers", kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst"}), "E-LAYERS-JSON");
  EXPECT_EQ(id_of({kNew, "--net", "other"}), "E-BMODEL-SELECT");
  EXPECT_EQ(id_of({kNew, "--stage", "1"}), "E-BMODEL-SELECT");
  EXPECT_EQ(id_of({path("none.bmodel")}), "E-FILE-OPEN");
  for (const char* option : {"--json", "--commands", "--trace", "--report"}) {
    EXPECT_EQ(id_of({kNew, option, path("no/such/folder/x")}), "E-FILE-WRITE");
    EXPECT_EQ(id_of({kNew, option, folder_.string()}), "E-FILE-WRITE");
  }
  EXPECT_EQ(id_of({kNew, "--json", "-", "--commands", "-"}), "E-RUN-OUTPUTS");
  EXPECT_EQ(id_of({kNew, "--json", path("x"), "--report", path("x")}), "E-RUN-OUTPUTS");
  id_of({});
  id_of({kNew, "--stage", "one"});
  EXPECT_NE(run({"run", kNew, "--hazards", "maybe"}).err.find("maybe not in {report,error,off}"), std::string::npos);
  EXPECT_TRUE(files().empty()) << "a failed run leaves nothing";
}

}  // namespace
}  // namespace bmemu::harness
