// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/pipeline/pipeline.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "isa/error.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

PipelineConfig detector() {
  PipelineConfig config;
  config.stages = {{"pre", 4, 1, {{"tpu", 1}}}, {"infer", 1, 1, {{"tpu", 4}}}, {"post", 8, 1, {{"cpu", 18}}}};
  return config;
}

TEST(Pipeline, SerialProgramTakesTheSumOfItsStages) {
  PipelineConfig config = detector();
  config.processes = 1;
  EXPECT_NEAR(simulate(config).fps, 1e3 / 23, 1e-6);
}

TEST(Pipeline, SharedTpuLimits) {
  const PipelineResult result = simulate(detector());
  EXPECT_NEAR(result.fps, 200, 0.5);
  EXPECT_EQ(result.limit, "tpu");
}

TEST(Pipeline, SlowStageLimitsUntilItHasThreadsEnough) {
  PipelineConfig config = detector();
  config.stages[2].threads = 1;
  EXPECT_NEAR(simulate(config).fps, 1e3 / 18, 0.5);
  EXPECT_EQ(simulate(config).limit, "post threads");
  config.stages[2].threads = 3;
  EXPECT_NEAR(simulate(config).fps, 3e3 / 18, 1);
}

TEST(Pipeline, CoresLimitHoweverManyThreadsThereAre) {
  PipelineConfig config = detector();
  config.resources["cpu"] = 2;
  EXPECT_NEAR(simulate(config).fps, 2e3 / 18, 1);
  EXPECT_EQ(simulate(config).limit, "cpu");
}

TEST(Pipeline, BatchesKeepTheRate) {
  PipelineConfig config = detector();
  config.stages[1].batch = 4;
  EXPECT_NEAR(simulate(config).fps, 200, 2);
}

TEST(Pipeline, ChannelsLimitWhenTheyAreSlow) {
  PipelineConfig config = detector();
  config.channels = 2;
  config.channel_fps = 25;
  const PipelineResult result = simulate(config);
  EXPECT_NEAR(result.fps, 50, 0.5);
  EXPECT_EQ(result.limit, "the source");
}

TEST(Pipeline, SmallQueuesOnlyLowerTheRate) {
  PipelineConfig config = detector();
  config.queue = 1;
  EXPECT_LE(simulate(config).fps, simulate(detector()).fps + 1e-9);
  EXPECT_GT(simulate(config).fps, 100);
}

TEST(Pipeline, MoreThreadsNeverSlowItDown) {
  double last = 0;
  for (int threads = 1; threads <= 8; ++threads) {
    PipelineConfig config = detector();
    for (auto& stage : config.stages) stage.threads = threads;
    const double fps = simulate(config).fps;
    EXPECT_GE(fps, last * 0.999) << threads;
    last = fps;
  }
}

class PipelineFile : public ::testing::Test {
 protected:
  std::string write(const std::string& text) const {
    const auto path = std::filesystem::path(::testing::TempDir()) /
                      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml");
    std::ofstream(path) << text;
    return path.string();
  }
};

TEST_F(PipelineFile, IsSimulatedByTheCommand) {
  const auto result =
      run({"pipeline", write("channels = 4\n[resources]\ncpu = 4\n"
                             "[[stage]]\nname = \"infer\"\nsteps = [{ on = \"tpu\", ms = 5 }]\n"
                             "[[stage]]\nname = \"post\"\nthreads = 2\nsteps = [{ on = \"cpu\", ms = 4 }]\n")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("200.00 frames/s   limited by tpu"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("111.11 frames/s"), std::string::npos) << result.out;
}

/// The code block behind the mark in docs/your-network.md.
std::string block_of_docs(const std::string& mark) {
  std::ifstream file(std::filesystem::path(tests::source_dir()) / "docs" / "your-network.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t begin = all.find('\n', all.find("```", all.find(mark))) + 1;
  return all.substr(begin, all.find("```", begin) - begin);
}

TEST_F(PipelineFile, OfTheDocumentationPrintsWhatIsShownThere) {
  const auto result = run({"pipeline", write(block_of_docs("<!-- pipeline example -->"))});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, block_of_docs("<!-- pipeline output -->"));
}

TEST_F(PipelineFile, IsRefusedWhereItIsWrong) {
  const std::string stage = "[[stage]]\nname = \"a\"\nsteps = [{ on = \"tpu\", ms = 5 }]\n";
  for (const std::string& text :
       {std::string("frames = 100\n"), "frame = 100\n" + stage, "queue = 0\n" + stage, "frames = -4\n" + stage,
        std::string("[[stage]]\nname = \"a\"\nsteps = [{ on = \"gpu\", ms = 5 }]\n"),
        std::string("[[stage]]\nname = \"a\"\nsteps = [{ on = \"tpu\", ms = -5 }]\n"),
        std::string("[[stage]]\nname = \"a\"\nthreads = 0\nsteps = [{ on = \"tpu\", ms = 5 }]\n"),
        std::string("[[stage\n")}) {
    const auto result = run({"pipeline", write(text)});
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_NE(result.err.find("E-PIPELINE-FILE"), std::string::npos) << text << result.err;
  }
}

}  // namespace
}  // namespace bmemu::harness
