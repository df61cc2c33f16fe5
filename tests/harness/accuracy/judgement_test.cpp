// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rows whose program cannot be the published one, and the judgement of a chip on networks that it was not fitted to.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/accuracy/fit/predictor.h"
#include "harness/accuracy/least_time.h"
#include "harness/accuracy/publications.h"
#include "isa/chip/chip_file.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces";

struct Case {
  const char* file;
  const char* chip;
};
constexpr Case kCases[] = {{"lprnet_bm1684x_int8_1b.bmodel.zst", "bm1684x"},
                           {"lprnet_bm1684_int8_1b.bmodel.zst", "bm1684"}};

class Judgement : public ::testing::Test {
 protected:
  Judgement() : folder_(std::filesystem::temp_directory_path() / ("bmemu_judgement_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Judgement() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string text_of(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// A table in which every case was published with `share` of the time that bmemu predicts.
  std::string table(double share) const {
    std::string text = "file,model,chip,dtype,batch,published_ms_per_image\n";
    for (const auto& [file, chip] : kCases) {
      const auto program = LoadedProgram::open_commands(kTraces + "/" + file);
      text += fmt::format("{},net,{},int8,1,{}\n", file, chip, share * time_ms(program, isa::load_chip(chip)));
    }
    return write("t.csv", text);
  }
  std::filesystem::path folder_;
};

TEST_F(Judgement, NothingThatSiliconAddsIsInTheLeastTime) {
  for (const auto& [file, name] : kCases) {
    const auto program = LoadedProgram::open_commands(kTraces + "/" + file);
    const double least = least_ms(program);
    EXPECT_GT(least, 0);
    isa::ChipSpec chip = isa::load_chip(name);
    for (const char* setting : {"launch.overhead_us=0", "silicon.dma_row_cycles=0", "silicon.tiu_start_cycles=0"}) {
      isa::apply_setting(chip, setting);
      EXPECT_LT(least, time_ms(program, chip)) << file << ": " << setting;
    }
  }
}

TEST_F(Judgement, ATimeBelowTheLeastWasOfAnotherProgram) {
  PublishedRow row;
  row.file = kCases[0].file;
  const double least = least_ms(LoadedProgram::open_commands(kTraces + "/" + row.file));
  for (const double share : {1.01, 0.99}) {
    row.published_ms = row.fastest_ms = row.comparable_ms = share * least;
    const PublishedRow known = Predictor({row}, kTraces).rows()[0];
    EXPECT_EQ(known.is_scored(), share > 1);
    EXPECT_EQ(known.why_not_scored().find("at its ideal cost alone") != std::string::npos, share < 1);
  }
}

TEST_F(Judgement, TellsErrorsAndFitsNothing) {
  const std::string page = (folder_ / "page.md").string();
  const auto result = run({"calibrate", "--judge", "--data", table(1.25), "--programs", kTraces, "--page", page});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("| both | all |  | 2 | 20.0 | 20.0 | 20.0 | -20.0 |"), std::string::npos) << result.out;
  const std::string text = text_of("page.md");
  EXPECT_NE(text.find("| net int8 1b | bm1684x |"), std::string::npos);
  EXPECT_NE(text.find("| net int8 1b | bm1684 |"), std::string::npos);
  EXPECT_NE(text.find("| -20.0 |"), std::string::npos);
  EXPECT_NE(text.find(result.out.substr(0, result.out.find('\n'))), std::string::npos) << "the same table";
}

TEST_F(Judgement, UsesTheChipAndTheIntervalsThatItIsGiven) {
  const auto judged_on = [&](const std::string& overhead_us) {
    const std::string chip = write(
        "c.toml", "base = \"bm1684x\"\n[launch]\noverhead_us = { value = " + overhead_us +
                      ", provenance = \"assumed\", source = \"a test\" }\n[calibration]\nint8_high_ratio = { value = "
                      "1.01, provenance = \"assumed\", source = \"a test\" }\n");
    return run({"calibrate", "--judge", "--data", table(1), "--programs", kTraces, "--chip", chip}).out;
  };
  const double overhead_us = isa::load_chip("bm1684x").launch.overhead_us;
  const std::string same = judged_on(std::to_string(overhead_us)), slow = judged_on(std::to_string(10 * overhead_us));
  EXPECT_NE(same.find("| 1 | 0.0 | 0.0 | 0.0 | "), std::string::npos) << same;
  EXPECT_EQ(slow.find("| 1 | 0.0 | 0.0 | 0.0 | "), std::string::npos) << slow;
}

TEST_F(Judgement, WritesNoChip) {
  const std::string out = (folder_ / "out.toml").string();
  for (const auto& option : {std::vector<std::string>{"--out", out}, {"--parameters", "launch.overhead_us"}}) {
    std::vector<std::string> arguments{"calibrate", "--judge", "--data",     table(1),
                                       "--chip",    "bm1684x", "--programs", kTraces};
    arguments.insert(arguments.end(), option.begin(), option.end());
    EXPECT_EQ(run(arguments).exit_code, 2) << option[0];
  }
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(Judgement, OtherVersionsOfANetworkAreNoTwinsAndTimesMayBeOfWholeRuns) {
  auto rows = read_published(write("t.csv",
                                   "file,model,chip,dtype,batch,published_ms_per_image,published_source\n"
                                   "a,det,bm1684x,fp16,4,3.5,who/repo sample/Reader/README.md @1\n"));
  find_publications(
      write("p.csv",
            "path,model,input_shape,batch,dtype,chip,compiler,metric,value_ms,note\n"
            "sample/Reader/README.md,ch_Reader-v4_det,4x3,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,14,per bmodel run\n"
            "sample/Reader/README.md,ch_Reader-v4_det,4x3,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,13,per bmodel run of\n"
            "sample/Reader/README.md,ch_Reader-v4_det,4x2,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,9,per bmodel run\n"
            "sample/Reader/README.md,ch_Reader-v3_det,4x3,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,10,per bmodel run\n"
            "sample/Reader_b/README.md,ch_Reader-v4_b,4x3,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,3,per-image\n"),
      rows);
  EXPECT_DOUBLE_EQ(rows[0].comparable_ms, 13);
  EXPECT_DOUBLE_EQ(rows[0].fastest_ms, 12);
}

constexpr const char* kPublished =
    "path,model,input_shape,batch,dtype,chip,compiler,metric,value_ms,note\n"
    "sample/Net/README.md,net,4x3x8x8,4,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,9,per-image\n"
    "sample/Net/README.md,net,1x3x8x8,1,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,7,per-image\n"
    "sample/Net/README.md,net,1x3x9x9,1,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,1,per-image\n"
    "sample/Net/README.md,net,8x3x8x8,8,fp16,BM1684X,TPU-MLIR,bmrt_test_ms,1,per-image\n";

TEST_F(Judgement, FourImagesTakeNoLongerThanFourRunsOfOne) {
  auto rows = read_published(write("t.csv",
                                   "file,model,chip,dtype,batch,published_ms_per_image,published_source\n"
                                   "a,net,bm1684x,fp16,4,9,who/repo sample/Net/README.md @1\n"
                                   "b,net,bm1684x,fp16,1,7,who/repo sample/Net/README.md @1\n"));
  find_publications(write("p.csv", kPublished), rows);
  EXPECT_DOUBLE_EQ(rows[0].fastest_ms, 28);
  EXPECT_DOUBLE_EQ(rows[0].comparable_ms, 36) << "the fit goes to the network's own time at this batch";
  EXPECT_FALSE(rows[0].is_scored());
  EXPECT_DOUBLE_EQ(rows[1].fastest_ms, 7);
  EXPECT_TRUE(rows[1].is_scored());
}

TEST_F(Judgement, StagesOfSampleProgramsStandBesideAndMoveNothing) {
  auto rows = read_published(write("t.csv",
                                   "file,model,chip,dtype,batch,published_ms_per_image,published_source\n"
                                   "a,net,bm1684x,fp16,4,9,who/repo sample/Net/README.md @1\n"));
  find_publications(write("p.csv", kPublished), rows);
  const double fastest = rows[0].fastest_ms;
  find_stages(write("s.csv",
                    "path,model,batch,dtype,chip,inference_ms\n"
                    "sample/Net/README.md,Net:net,4,fp16,BM1684X,8\n"
                    "sample/Net/cpp/README.md,Net:net,4,fp16,BM1684X,2\n"
                    "sample/Net/README.md,Net:other,4,fp16,BM1684X,1\n"
                    "sample/Net/README.md,Net:net,1,fp16,BM1684X,1\n"
                    "sample/Net/README.md,Net:net,4,int8,BM1684X,1\n"
                    "sample/Net/README.md,Net:net,4,fp16,BM1684,1\n"
                    "sample/Net2/README.md,Net:net,4,fp16,BM1684X,1\n"
                    "sample/Net/README.md,Net:net,4,fp16,BM1684X,\n"),
              rows);
  EXPECT_EQ(rows[0].stages_ms, (std::vector<double>{8, 32}));
  EXPECT_DOUBLE_EQ(rows[0].fastest_ms, fastest);
}

}  // namespace
}  // namespace bmemu::harness
