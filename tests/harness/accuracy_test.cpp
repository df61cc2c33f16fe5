// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reading published times, the statistics of errors, the fit, and the interval of a run.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/accuracy/page.h"
#include "isa/chip_file.h"
#include "isa/error.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = std::string(BMEMU_SOURCE_DIR) + "/traces";

class Accuracy : public ::testing::Test {
 protected:
  Accuracy() : folder_(std::filesystem::temp_directory_path() / ("bmemu_accuracy_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Accuracy() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::filesystem::path folder_;
};

constexpr const char* kHead = "file,model,chip,dtype,batch,published_ms_per_image,int8_published,notes\n";

TEST_F(Accuracy, ReadsRowsWithTimesAndKnowsVariantsOfANetwork) {
  const auto rows =
      read_published(write("t.csv", std::string(kHead) + "a,yolov8s-seg,bm1684x,int8,4,2.5,mixed,\"old, TPU-NNTC\"\n"
                                                         "b,yolov8s_opt,bm1684x,fp32,1,,,\n"));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_DOUBLE_EQ(rows[0].published_ms, 10);
  EXPECT_TRUE(rows[0].is_mixed);
  EXPECT_TRUE(rows[0].other_compiler);
  EXPECT_EQ(rows[0].fold(), "yolov8s");
}

TEST_F(Accuracy, SaysWhatIsWrongWithATable) {
  const auto id_of = [&](const std::string& text) {
    try {
      read_published(write("bad.csv", text));
    } catch (const Error& error) {
      return error.id();
    }
    return std::string("none");
  };
  EXPECT_EQ(id_of("file,model\na,b\n"), "E-ACCURACY-TABLE");
  EXPECT_EQ(id_of(std::string(kHead) + "a,b,bm1684,fp32,1,fast,,\n"), "E-ACCURACY-TABLE");
}

TEST_F(Accuracy, StatisticsByHand) {
  const ErrorStatistics s = statistics({0.1, -0.3, 0.0});
  EXPECT_EQ(s.count, 3U);
  EXPECT_NEAR(s.mape, 40.0 / 3, 1e-9);
  EXPECT_NEAR(s.median, 10, 1e-9);
  EXPECT_NEAR(s.p90, 26, 1e-9);
  EXPECT_NEAR(s.bias, -20.0 / 3, 1e-9);
  EXPECT_DOUBLE_EQ(quantile({3, 1, 2}, 0.25), 1.5);
}

/// A table that a chip with these settings would have published for the bundled BM1684X programs.
std::string table_of(const std::vector<std::string>& settings) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  for (const auto& setting : settings) isa::apply_setting(chip, setting);
  std::vector<PublishedRow> rows;
  for (const auto& entry : std::filesystem::directory_iterator(kTraces)) {
    const std::string name = entry.path().filename().string();
    if (name.find("bm1684x") == std::string::npos || name.find(".bmodel") == std::string::npos) continue;
    PublishedRow row;
    row.file = name;
    rows.push_back(row);
  }
  const Predictor predictor(rows, kTraces);
  std::string text = kHead;
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += rows[i].file + ",n" + std::to_string(i) + ",bm1684x,int8,1," + std::to_string(predictor.time_ms(i, chip)) +
            ",pure,\n";
  return text;
}

TEST_F(Accuracy, TheFitFindsAParameterThatMadeTheTimes) {
  const double truth = 2 * isa::load_chip("bm1684x").launch.overhead_us;
  const auto rows = read_published(write("t.csv", table_of({"launch.overhead_us=" + std::to_string(truth)})));
  ASSERT_GE(rows.size(), 2U);
  const Predictor predictor(rows, kTraces);
  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  const Calibration fit = calibrate(predictor, chip, {"launch.overhead_us"}, [](const std::string&) {});
  // The prior holds back a little, most of all on few rows.
  EXPECT_GT(fit.chip.launch.overhead_us, 1.6 * chip.launch.overhead_us);
  EXPECT_LT(fit.chip.launch.overhead_us, 1.02 * truth);
  EXPECT_GT(fit.parameters[0].sensitivity, 0.01);
  EXPECT_EQ(fit.chip.origins.at("launch.overhead_us").provenance, isa::Provenance::kFitted);
}

TEST_F(Accuracy, CalibrateWritesAChipFileThatLoadsAndAPage) {
  const std::string data = write("t.csv", table_of({}));
  const std::string chip = (folder_ / "chip.toml").string();
  const std::string page = (folder_ / "page.md").string();
  const auto result = run({"calibrate", "--data", data, "--programs", kTraces, "--chip", "bm1684x", "--parameters",
                           "launch.overhead_us", "--out", chip, "--page", page});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NEAR(isa::load_chip(chip).launch.overhead_us, isa::load_chip("bm1684x").launch.overhead_us, 1);
  std::ifstream file(page);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(text.find("lie in their 90 % interval"), std::string::npos);
  EXPECT_NE(text.find("Made from: table of "), std::string::npos);
}

TEST_F(Accuracy, CalibrateRefusesWhatItCannotUse) {
  const std::string data = write("t.csv", std::string(kHead) + "a,b,bm1684,fp32,1,1,,\n");
  const auto error_of = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"calibrate", "--data", data, "--programs", kTraces};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments).err;
  };
  EXPECT_NE(error_of({"--weight", "b"}).find("E-ACCURACY-WEIGHT"), std::string::npos);
  EXPECT_NE(error_of({"--chip", "bm1684x"}).find("E-ACCURACY-TABLE"), std::string::npos);
  const std::string traces = write("u.csv", table_of({}));
  const auto result = run(
      {"calibrate", "--data", traces, "--programs", kTraces, "--chip", "bm1684x", "--parameters", "queue.fetch_ns"});
  EXPECT_NE(result.err.find("E-ACCURACY-PARAMETER"), std::string::npos) << result.err;
}

TEST_F(Accuracy, ARunSaysItsIntervalAndWhetherItIsLikeTheFittedOnes) {
  const std::string program = kTraces + "/lprnet_bm1684x_int8_1b.bmodel.zst";
  const auto json_of = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"run", program, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return nlohmann::json::parse(run(arguments).out);
  };
  const auto json = json_of({});
  const auto& interval = json["time_ms_interval"];
  EXPECT_EQ(json["calibration"]["type"], "int8");
  EXPECT_LE(interval[0].get<double>(), json["time_ms"].get<double>());
  EXPECT_GE(interval[1].get<double>(), json["time_ms"].get<double>());
  const auto wider = json_of({"--set", "calibration.int8_high_ratio=3"});
  EXPECT_NEAR(wider["time_ms_interval"][1].get<double>(), 3 * wider["time_ms"].get<double>(), 1e-9);
  EXPECT_FALSE(json_of({"--set", "calibration.shortest_ms=100"})["calibration"]["outside"].empty());
  EXPECT_LT(json_of({"--io-copies", "off"})["time_ms"].get<double>(), json["time_ms"].get<double>());
}

}  // namespace
}  // namespace bmemu::harness
