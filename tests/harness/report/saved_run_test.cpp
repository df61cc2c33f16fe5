// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/saved/saved_run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/measure/point.h"
#include "harness/report/run_outputs.h"
#include "isa/chip/chip_file.h"
#include "isa/file_bytes.h"
#include "tests/error_of.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kProgram = tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst";

class SavedRun : public ::testing::Test {
 protected:
  std::string path() const {
    return ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
           std::to_string(getpid()) + ".run";
  }
  void TearDown() override { std::filesystem::remove(path()); }
  void write(const nlohmann::ordered_json& json) const { std::ofstream(path()) << json.dump(); }
  nlohmann::ordered_json saved() const {
    EXPECT_EQ(run({"run", kProgram, "--save", path()}).exit_code, 0);
    const isa::FileBytes file = isa::read_file_bytes(path());
    return nlohmann::ordered_json::parse(file.view.data, file.view.data + file.view.size);
  }
  /// The error of this as a saved run has `words` in it.
  void expect_bad(const nlohmann::ordered_json& json, const std::string& words) const {
    write(json);
    try {
      load_run(path());
      ADD_FAILURE() << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-RUN-SAVED");
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  }
};

TEST_F(SavedRun, EveryOutputOfALoadedRunHasTheBytesOfTheFirst) {
  const harness::Run first = measure({LoadedProgram::open(kProgram), isa::load_chip("bm1684x", "SC7-HP75"), {}});
  {
    std::ofstream out(path(), std::ios::binary);
    save_run(first, out);
  }
  EXPECT_TRUE(is_saved_run(path()));
  const harness::Run second = load_run(path());
  for (const RunOutput& output : run_outputs()) {
    std::ostringstream a;
    std::ostringstream b;
    output.write(first, "x", a);
    output.write(second, "x", b);
    EXPECT_GT(a.str().size(), 1000U);
    EXPECT_TRUE(a.str() == b.str()) << output.option;
  }
}

TEST_F(SavedRun, ANeighbourIsNoSavedRun) {
  EXPECT_FALSE(is_saved_run(kProgram));
  EXPECT_EQ(error_of([&] { load_run(kProgram); }), "E-RUN-SAVED");
  EXPECT_EQ(error_of([&] { load_run(path()); }), "E-FILE-OPEN");
}

TEST_F(SavedRun, DamageIsNamed) {
  const auto whole = saved();
  auto json = whole;
  json.erase("batch");
  expect_bad(json, "batch");
  json = whole;
  json["log"]["layer"][3] = 100000;
  expect_bad(json, "log.layer row 3");
  json = whole;
  json["log"]["end_ps"].push_back(1);
  expect_bad(json, "log.end_ps");
  json = whole;
  json["log"]["stack"][2][0] = 99;
  expect_bad(json, "log.stack row 2");
  json = whole;
  json["log"]["stack"][1][1] = -1;
  expect_bad(json, "log.stack row 1");
  json = whole;
  json["stack"]["tiu"]["array"] = 1;
  expect_bad(json, "stack");
  json = whole;
  json["schema"] = "bmemu.other/1";
  expect_bad(json, "schema");
}

TEST_F(SavedRun, ALogWithoutACriticalPathIsNamed) {
  const auto whole = saved();
  const auto& log = whole["log"];
  const auto is_waiting = [](const nlohmann::ordered_json& blocker) {
    return blocker == static_cast<int>(emulator::Blocker::kOtherEngine);
  };
  const auto found = std::find_if(log["blocker"].begin(), log["blocker"].end(), is_waiting);
  const auto waiting = static_cast<std::size_t>(found - log["blocker"].begin());
  ASSERT_LT(waiting, log["dependency"].size());
  auto json = whole;
  json["log"]["dependency"][waiting] = 60000;
  expect_bad(json, "not there");
}

TEST(Point, TimesOfOneLoadedProgramFollowTheChip) {
  const auto program = LoadedProgram::open(kProgram);
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  const auto length = measure_length({program, chip, {}});
  EXPECT_EQ(measure({program, chip, {}}).result.length_ps, length);
  EXPECT_LT(measure_length({program, chip, {false}}), length) << "without the copies of inputs and outputs";
  isa::apply_setting(chip, "tiu.clock_mhz=500");
  EXPECT_GT(measure_length({program, chip, {}}), length);
  EXPECT_EQ(measure_length({program, isa::load_chip("bm1684x"), {}}), length) << "nothing is left of the other chip";
}

}  // namespace
}  // namespace bmemu::harness
