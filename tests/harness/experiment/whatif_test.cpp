// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu whatif` as users call it: results, files, interruptions, wrong usage.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "harness/output/csv_table.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

const std::string kProgram = tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst";
const std::string kOther = tests::source_dir() + "/traces/lenet_bm1684x_int8.bmodel.zst";

class Whatif : public FolderTest {
 protected:
  static std::string bytes(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static std::string error(const CliResult& result) {
    EXPECT_EQ(result.exit_code, 2);
    const auto begin = result.err.find("E-");
    return begin == std::string::npos ? result.err : result.err.substr(begin, result.err.find(':', begin) - begin);
  }
};

TEST_F(Whatif, APointIsTheRunWithTheseSettings) {
  const auto swept = run({"whatif", kProgram, "--vary", "ddr.rate_mt_per_s=1000,4000", "--vary",
                          "tiu.clock_mhz=500,1000", "--csv", path("points.csv"), "--jobs", "1"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  CsvTable table(path("points.csv"), "points");
  int points = 0;
  for (; table.next(); ++points) {
    const auto single = run({"run", kProgram, "--set", "ddr.rate_mt_per_s=" + table.text("ddr.rate_mt_per_s"), "--set",
                             "tiu.clock_mhz=" + table.text("tiu.clock_mhz"), "--json", "-"});
    ASSERT_EQ(single.exit_code, 0) << single.err;
    EXPECT_NE(single.out.find("\"length_ps\": " + table.text("length_ps")), std::string::npos)
        << table.text("length_ps");
    EXPECT_EQ(table.text("status"), "ok");
  }
  EXPECT_EQ(points, 4);
}

TEST_F(Whatif, AnyNumberOfJobsMakesTheSameBytes) {
  for (const char* jobs : {"1", "2", "5"}) {
    const auto result = run({"whatif", kProgram, kOther, "--vary", "ddr.rate_mt_per_s=1000..4000:40", "--jobs", jobs,
                             "--out", path(std::string("jobs") + jobs), "--csv", path(std::string("csv") + jobs)});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  EXPECT_TRUE(bytes(path("jobs1")) == bytes(path("jobs2")));
  EXPECT_TRUE(bytes(path("jobs1")) == bytes(path("jobs5")));
  EXPECT_TRUE(bytes(path("csv1")) == bytes(path("csv5")));
}

TEST_F(Whatif, PartsTogetherAreTheWhole) {
  const std::vector<std::string> sweep{"whatif", kProgram, "--vary", "ddr.rate_mt_per_s=1000..4000:7", "--jobs", "1"};
  const auto with = [&](std::vector<std::string> more) {
    auto arguments = sweep;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  };
  ASSERT_EQ(with({"--out", path("whole")}).exit_code, 0);
  ASSERT_EQ(with({"--out", path("parts"), "--part", "1/2"}).exit_code, 0);
  const auto second = with({"--out", path("parts"), "--part", "2/2"});
  ASSERT_EQ(second.exit_code, 0);
  EXPECT_NE(second.err.find("there already"), std::string::npos) << second.err;
  EXPECT_TRUE(bytes(path("whole")) == bytes(path("parts")));
  EXPECT_EQ(error(with({"--part", "3/2"})), "E-SWEEP-PART");
}

TEST_F(Whatif, AnotherQuestionIsRefusedAndTheFileStays) {
  ASSERT_EQ(run({"whatif", kProgram, "--vary", "tiu.clock_mhz=500,1000", "--out", path("a"), "--jobs", "1"}).exit_code,
            0);
  const std::string before = bytes(path("a"));
  EXPECT_EQ(error(run({"whatif", kProgram, "--vary", "tiu.clock_mhz=500,900", "--out", path("a"), "--jobs", "1"})),
            "E-SWEEP-FINGERPRINT");
  EXPECT_EQ(error(run({"whatif", kProgram, "--set", "ddr.rate_mt_per_s=3000", "--vary", "tiu.clock_mhz=500,1000",
                       "--out", path("a"), "--jobs", "1"})),
            "E-SWEEP-FINGERPRINT");
  EXPECT_EQ(bytes(path("a")), before);
  std::ofstream(path("text")) << "no database, but a text of some length that nobody wants to lose";
  const std::string text = bytes(path("text"));
  EXPECT_EQ(error(run({"whatif", kProgram, "--vary", "tiu.clock_mhz=500,1000", "--out", path("text"), "--jobs", "1"})),
            "E-SWEEP-FILE");
  EXPECT_EQ(bytes(path("text")), text);
}

TEST_F(Whatif, APointThatCannotBeStaysAsAFailedRow) {
  const auto result =
      run({"whatif", kProgram, "--vary", "local_memory.banks=16,17", "--jobs", "1", "--csv", path("csv")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  CsvTable table(path("csv"), "points");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.text("status"), "ok");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.text("status"), "failed");
  EXPECT_NE(table.text("error").find("E-CHIP-CONSISTENCY"), std::string::npos);
  EXPECT_NE(result.out.find("1 of 2 points could not run or do not fit"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("tiled for the chip"), std::string::npos) << "what programs are tiled for is said";
}

TEST_F(Whatif, ASweepThatIsKilledAgainAndAgainGivesTheFileOfOneThatNeverWas) {
  const std::string bmemu = tests::binary_dir() + "/bmemu";
  const auto start = [&](const std::string& out) {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      freopen("/dev/null", "w", stdout);
      freopen("/dev/null", "w", stderr);
      execl(bmemu.c_str(), "bmemu", "whatif", kProgram.c_str(), "--vary", "ddr.rate_mt_per_s=500..6000:400", "--vary",
            "tiu.clock_mhz=500,1000", "--jobs", "2", "--out", out.c_str(), nullptr);
      _exit(127);
    }
    return child;
  };
  using Clock = std::chrono::steady_clock;
  int status = 0;
  const auto begin = Clock::now();
  waitpid(start(path("never")), &status, 0);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const std::chrono::duration<double> whole = Clock::now() - begin;
  std::mt19937 random(std::random_device{}());
  std::uniform_real_distribution<double> share(0.01, 0.09);
  int killed = 0;
  for (int i = 0; i < 10; ++i) {
    const pid_t child = start(path("often"));
    std::this_thread::sleep_for(share(random) * whole);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
  }
  waitpid(start(path("often")), &status, 0);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_GE(killed, 5) << "on average half of the sweep is left after ten times a twentieth";
  EXPECT_TRUE(bytes(path("never")) == bytes(path("often")));
}

TEST_F(Whatif, WrongUsageIsNamed) {
  EXPECT_EQ(error(run({"whatif", kProgram})), "E-SWEEP-DESIGN");
  EXPECT_EQ(error(run({"whatif", "--vary", "tiu.lanes=32"})), "E-SWEEP-DESIGN");
  EXPECT_EQ(error(run({"whatif", kProgram, "--vary", "tiu.clock_mhz=500..1000", "--lhs", "4", "--morris", "2"})),
            "E-SWEEP-DESIGN");
  EXPECT_EQ(error(run({"whatif", kProgram, "--vary", "tiu.lanes=32", "--retile"})), "E-SWEEP-RETILE");
  EXPECT_EQ(error(run({"whatif", kProgram, "--vary", "tiu.lanes=32", "--slurm"})), "E-SWEEP-CLUSTER");
  EXPECT_EQ(error(run({"whatif", kProgram, "--vary", "tiu.clock_mhz=500,1000", "--out", path("no/such/folder")})),
            "E-FILE-WRITE");
  EXPECT_EQ(error(run({"whatif", path("none.bmodel"), "--vary", "tiu.clock_mhz=500,1000"})), "E-FILE-OPEN");
}

TEST_F(Whatif, AStudyIsASweepWithItsTexts) {
  const std::string study = tests::source_dir() + "/harness/studies/clock_bins.toml";
  const auto result = run({"whatif", "--study", study, "--markdown", path("study.md"), "--report", path("study.html")});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* part : {"## What do clock bins cost?", "*Set-up.*", "*Answer.*", "*Limits.*", "| 1000 |"})
    EXPECT_NE(bytes(path("study.md")).find(part), std::string::npos) << part;
  EXPECT_NE(bytes(path("study.html")).find("What do clock bins cost?"), std::string::npos);
  std::ofstream(path("wrong.toml"))
      << "title = \"x\"\nquestion = \"y\"\nsetup = \"z\"\nfolder = \".\"\ncolour = \"red\"\n";
  EXPECT_EQ(error(run({"whatif", "--study", path("wrong.toml")})), "E-STUDY-FILE");
}

}  // namespace
}  // namespace bmemu::harness
