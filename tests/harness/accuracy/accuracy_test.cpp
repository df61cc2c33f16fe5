// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reading published times, the statistics of errors, the fit, and the interval of a run.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/accuracy/fit/chip_edit.h"
#include "harness/accuracy/fit/interval_fit.h"
#include "harness/accuracy/page.h"
#include "harness/accuracy/publications.h"
#include "harness/accuracy/statistics.h"
#include "harness/measure/interval.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces";

class Accuracy : public ::testing::Test {
 protected:
  Accuracy() : folder_(std::filesystem::temp_directory_path() / ("bmemu_accuracy_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Accuracy() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
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

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

TEST_F(Accuracy, TheFitDoesNotSeeTheValuesThatTheChipFileHas) {
  const Predictor predictor(read_published(write("t.csv", table_of({"silicon.tiu_start_cycles=90"}))), kTraces);
  const std::vector<std::string> keys{"launch.overhead_us", "silicon.tiu_start_cycles"};
  isa::ChipSpec changed = isa::load_chip("bm1684x");
  isa::apply_setting(changed, "launch.overhead_us=900");
  isa::apply_setting(changed, "silicon.tiu_start_cycles=3");
  const auto quiet = [](const std::string&) {};
  const Calibration a = calibrate(predictor, isa::load_chip("bm1684x"), keys, quiet);
  const Calibration b = calibrate(predictor, changed, keys, quiet);
  for (std::size_t j = 0; j < keys.size(); ++j) {
    EXPECT_EQ(a.parameters[j].value, b.parameters[j].value);
    EXPECT_EQ(a.parameters[j].low, b.parameters[j].low);
    EXPECT_EQ(a.parameters[j].is_chosen, b.parameters[j].is_chosen);
    EXPECT_LE(a.parameters[j].low, a.parameters[j].high);
  }
}

TEST_F(Accuracy, CalibratingItsOwnOutputWritesTheSameFile) {
  const std::string data = write("t.csv", table_of({"launch.overhead_us=300"}));
  const std::string first = (folder_ / "first.toml").string();
  const std::string second = (folder_ / "second.toml").string();
  const auto calibrate_to = [&](const std::string& chip, const std::string& out) {
    return run({"calibrate", "--data", data, "--programs", kTraces, "--chip", chip, "--out", out, "--parameters",
                "launch.overhead_us,silicon.special_ratio"})
        .exit_code;
  };
  ASSERT_EQ(calibrate_to("bm1684x", first), 0);
  ASSERT_EQ(calibrate_to(first, second), 0);
  EXPECT_EQ(text_of(first), text_of(second));
  EXPECT_NE(text_of(first), chip_file_text("bm1684x"));
  EXPECT_GT(isa::load_chip(first).launch.overhead_us, 1.2 * isa::load_chip("bm1684x").launch.overhead_us);
}

TEST_F(Accuracy, OneWrongTimeHardlyMovesTheFit) {
  auto rows = read_published(write("t.csv", table_of({"launch.overhead_us=300"})));
  const auto fitted = [&] {
    return calibrate(Predictor(rows, kTraces), isa::load_chip("bm1684x"), {"launch.overhead_us"},
                     [](const std::string&) {})
        .chip.launch.overhead_us;
  };
  const double clean = fitted();
  rows[0].published_ms *= 3;
  rows[0].fastest_ms = rows[0].comparable_ms = rows[0].published_ms;
  EXPECT_NEAR(fitted(), clean, 0.1 * clean);
}

TEST_F(Accuracy, AParameterThatMovesNothingIsReported) {
  const std::string data =
      write("t.csv", std::string(kHead) + "lprnet_bm1684x_int8_1b.bmodel.zst,lprnet,bm1684x,int8,1,0.5,pure,\n");
  const auto out = [&](const std::string& key) {
    return run({"calibrate", "--data", data, "--programs", kTraces, "--chip", "bm1684x", "--parameters", key}).out;
  };
  EXPECT_NE(out("silicon.window_row_share").find("silicon.window_row_share moves nothing"), std::string::npos);
  EXPECT_EQ(out("launch.overhead_us").find("moves nothing"), std::string::npos);
}

TEST_F(Accuracy, FindsThePublicationsOfANetworkAndOfItsTwins) {
  const std::string head = "file,model,chip,dtype,batch,published_ms_per_image,published_source\n";
  auto rows = read_published(write("t.csv", head + "a,net,bm1684x,int8,4,2,who/repo sample/Net/README.md @1\n"
                                                   "b,other,bm1684x,int8,4,2,who/repo sample/Other/README.md @1\n"));
  find_publications(
      write("p.csv",
            "path,model,input_shape,batch,dtype,chip,compiler,metric,value_ms,note\n"
            "sample/Net/README.md,n1_v1,4x3,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,2,first=0@2024-03-01;\n"
            "sample/Net/cpp/README.md,n1_v1,4x3,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1.9,first=0@2023-01-02;\n"
            "sample/Net/README.md,n1_v1,4x3,4,int8,BM1684X,TPU-NNTC,bmrt_test_ms,1.8,\n"
            "sample/Net_opt/README.md,n1_opt,4x3,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1.5,\n"
            "sample/Net_seg/README.md,n1_seg,4x3,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1,\n"
            "sample/Net_opt/README.md,n1_opt,4x3,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1,mixed precision\n"
            "sample/Net_opt/README.md,n1_opt,4x9,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1,\n"
            "sample/Net/README.md,n1_v1,4x3,4,int8,BM1684X,TPU-MLIR,pipeline_ms,1,\n"
            "sample/Net/README.md,n1_v1,4x3,1,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1,\n"
            "sample/Net/README.md,n1_v1,4x3,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,1,\n"
            "sample/Net/README.md,n1_v1,4x3,4,int8,BM1684,TPU-MLIR,bmrt_test_ms,1,\n"
            "sample/Net/README.md,another,4x3,4,int8,BM1684X,TPU-MLIR,bmrt_test_ms,1,\n"),
      rows);
  EXPECT_DOUBLE_EQ(rows[0].comparable_ms, 7.6);
  EXPECT_DOUBLE_EQ(rows[0].fastest_ms, 6);
  ASSERT_EQ(rows[0].publications.size(), 3U);
  EXPECT_EQ(rows[0].publications[1].date, "2023-01-02");
  EXPECT_FALSE(rows[0].is_scored()) << "a twin is faster by a third";
  EXPECT_NE(rows[0].why_not_scored().find("faster by 1.33"), std::string::npos) << rows[0].why_not_scored();
  EXPECT_DOUBLE_EQ(rows[1].fastest_ms, rows[1].published_ms);
  EXPECT_TRUE(rows[1].is_scored());
}

TEST_F(Accuracy, RowsOfOtherProgramsSayWhy) {
  PublishedRow row;
  row.published_ms = row.fastest_ms = 1;
  EXPECT_EQ(row.why_not_scored(), "");
  row.is_mixed = true;
  row.other_compiler = true;
  row.matrix_share = 0.5;
  EXPECT_FALSE(row.is_scored());
  for (const char* word : {"float", "NNTC", "50 %"})
    EXPECT_NE(row.why_not_scored().find(word), std::string::npos) << row.why_not_scored();
}

TEST_F(Accuracy, ConformalRangeByHand) {
  std::vector<double> values;
  for (int i = 1; i <= 39; ++i) values.push_back(i);
  EXPECT_EQ(conformal_range(values, 0.9), std::pair(2.0, 38.0));  // the second of 40 ranks on either side
  EXPECT_EQ(conformal_range({3, 1, 2}, 0.9), std::pair(1.0, 3.0));
  EXPECT_EQ(conformal_range({5}, 0.9), std::pair(5.0, 5.0));
}

TEST_F(Accuracy, ARowsIntervalComesFromOtherNetworks) {
  std::vector<PublishedRow> rows(3);
  Calibration calibration;
  calibration.chip = isa::load_chip("bm1684x");
  calibration.rows.resize(3);
  const double published[] = {0.5, 1.25, 2};
  for (std::size_t i = 0; i < 3; ++i) {
    rows[i].network = std::string(1, char('a' + i));
    rows[i].type = "fp32";
    rows[i].published_ms = rows[i].fastest_ms = published[i];
    calibration.rows[i].held_out_ms = 1;
    calibration.rows[i].likeness.time_ms = 1.25;
  }
  set_intervals(rows, calibration);
  EXPECT_NEAR(calibration.chip.calibration.fp32_low_ratio, 0.5, 1e-9);
  EXPECT_NEAR(calibration.chip.calibration.fp32_high_ratio, 2, 1e-9);
  EXPECT_EQ(calibration.chip.calibration.int8_high_ratio, calibration.chip.calibration.fp32_high_ratio);
  EXPECT_NEAR(calibration.rows[2].low_ms, 0.5, 1e-9);
  EXPECT_NEAR(calibration.rows[2].high_ms, 1.25, 1e-9);  // not 2: that is its own error
}

TEST_F(Accuracy, ANetworkCountsOnceInIntervalsHoweverManyRowsItHas) {
  constexpr std::size_t kRows = 60;
  std::vector<PublishedRow> rows(kRows);
  Calibration calibration;
  calibration.chip = isa::load_chip("bm1684x");
  calibration.rows.resize(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    rows[i].network = i + 1 < kRows ? "many" : "one";
    rows[i].type = "fp32";
    rows[i].published_ms = rows[i].fastest_ms = 0.71 + 0.01 * double(i);
    calibration.rows[i].held_out_ms = 1;
  }
  set_intervals(rows, calibration);
  EXPECT_NEAR(calibration.chip.calibration.fp32_low_ratio, 0.71, 1e-4);
  EXPECT_NEAR(calibration.chip.calibration.fp32_high_ratio, 1.3, 1e-3);
}

TEST_F(Accuracy, EditsAChipFileAndLeavesTheRestOfIt) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  chip.silicon.tiu_start_cycles = 12.34567;
  chip.origins["silicon.tiu_start_cycles"] = {isa::Provenance::kFitted, "a \"test\"", ""};
  const std::vector<std::string> keys{"silicon.tiu_start_cycles"};
  const std::string entry =
      "tiu_start_cycles = { value = 12.35, provenance = \"fitted\", source = \"a \\\"test\\\"\" }";
  EXPECT_EQ(with_values("# why\n[silicon]\ntiu_start_cycles = { value = 1 }\n# more\n", chip, keys),
            "# why\n[silicon]\n" + entry + "\n# more\n");
  EXPECT_EQ(with_values("base = \"bm1684x\"\n[tiu]\n", chip, keys),
            "base = \"bm1684x\"\nsilicon." + entry + "\n[tiu]\n");
  EXPECT_EQ(with_values(chip_file_text("bm1684x"), isa::load_chip("bm1684x"), {}), chip_file_text("bm1684x"));
}

TEST_F(Accuracy, CalibrateWritesAChipFileThatLoadsAndAPage) {
  const std::string data = write("t.csv", table_of({}));
  const std::string chip = (folder_ / "chip.toml").string();
  const std::string page = (folder_ / "page.md").string();
  const auto result = run({"calibrate", "--data", data, "--programs", kTraces, "--chip", "bm1684x", "--parameters",
                           "launch.overhead_us", "--out", chip, "--page", page});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NEAR(isa::load_chip(chip).launch.overhead_us, isa::load_chip("bm1684x").launch.overhead_us, 1);
  EXPECT_NE(text_of(page).find("lie in their 90 % interval"), std::string::npos);
  EXPECT_NE(text_of(page).find("Made from: table of "), std::string::npos);
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
  const auto wider = json_of({"--set", "calibration.int8_high_ratio=3", "--set", "calibration.shortest_ms=0", "--set",
                              "calibration.largest_vector_share=1", "--set", "calibration.largest_row_share=1"});
  EXPECT_NEAR(wider["time_ms_interval"][1].get<double>(), 3 * wider["time_ms"].get<double>(), 1e-9);
  EXPECT_FALSE(json_of({"--set", "calibration.shortest_ms=100"})["calibration"]["outside"].empty());
  EXPECT_LT(json_of({"--io-copies", "off"})["time_ms"].get<double>(), json["time_ms"].get<double>());
}

TEST(IntervalFinder, WidensWhereARunIsUnlikeThoseFitted) {
  isa::CalibrationSpec fitted;
  fitted.shortest_ms = 1;
  fitted.longest_ms = 100;
  fitted.largest_vector_share = fitted.largest_row_share = 0.5;
  EXPECT_DOUBLE_EQ(widening({10, 0.2, 0.2}, fitted), 1);
  EXPECT_DOUBLE_EQ(widening({0.1, 0.2, 0.2}, fitted), 1 + std::log(10) / 2);
  EXPECT_DOUBLE_EQ(widening({1000, 0.2, 0.2}, fitted), 1 + std::log(10) / 2);
  EXPECT_DOUBLE_EQ(widening({10, 0.6, 0.6}, fitted), 2);
}

TEST_F(Accuracy, AChangedChipHasNoInterval) {
  const std::string program = kTraces + "/lprnet_bm1684x_int8_1b.bmodel.zst";
  const auto changed = run({"run", program, "--json", "-", "--set", "tiu.clock_mhz=900"});
  const auto json = nlohmann::json::parse(changed.out);
  EXPECT_TRUE(json["time_ms_interval"].is_null());
  EXPECT_NE(json["calibration"]["unavailable"].get<std::string>().find("tiu.clock_mhz"), std::string::npos);
  EXPECT_NE(run({"run", program, "--set", "tiu.clock_mhz=900"}).out.find("90 %: n/a: tiu.clock_mhz"),
            std::string::npos);
  EXPECT_FALSE(
      nlohmann::json::parse(run({"run", program, "--json", "-", "--product", "SC7-HP75"}).out)["time_ms_interval"]
          .is_null())
      << "a product is no change of the chip";
}

/// Reasons that a run of these TIU commands, each of 100 ideal cycles, gives.
std::vector<std::string> reasons_of(const std::vector<isa::bm1684x::TiuInstruction>& commands) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  chip.calibration.shortest_ms = 0;
  IntervalFinder finder;
  finder.on_start({nullptr, &chip});
  for (const auto& command : commands) {
    const isa::Instruction instruction = command;
    emulator::CommandEvent event;
    event.engine = isa::Engine::kTiu;
    event.instruction = &instruction;
    event.ideal_cycles = 100;
    finder.on_command(event);
  }
  finder.on_end({});
  return finder.interval().outside;
}

TEST(IntervalFinder, NamesMatrixMultiplicationsOfAnotherType) {
  isa::bm1684x::Conv conv{};
  conv.opd0_prec = 2;
  isa::bm1684x::Mm2 half{};
  half.opd0_prec = 1;
  isa::bm1684x::Mm single{};
  single.opd0_prec = 2;
  EXPECT_TRUE(reasons_of({conv, conv, conv, single}).empty());
  const auto mixed = reasons_of({conv, conv, conv, conv, conv, conv, single, half});
  ASSERT_EQ(mixed.size(), 1U);
  EXPECT_NE(mixed[0].find("50.0 % of the ideal time of matrix multiplications is in 16 bits"), std::string::npos);
  conv.opd0_prec = 1;
  EXPECT_TRUE(reasons_of({conv, conv, conv, half}).empty());
}

}  // namespace
}  // namespace bmemu::harness
