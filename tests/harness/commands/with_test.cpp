// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu with`: a client of the boards under the runtime library.
#include <gtest/gtest.h>

#include <fstream>

#include "harness/launches/launch_table.h"
#include "isa/bmodel/bmodel.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/process.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

class WithTest : public FolderTest {
 protected:
  /// The client of the tests (tests/runtime/client.cpp) on a bundled network.
  static std::string client(const std::string& chip, int launches) {
    const std::string traces = tests::source_dir() + "/traces/";
    return tests::binary_dir() + "/bmemu_runtime_client " + traces + "lenet_" + chip + "_int8.bmodel.zst " + traces +
           "lenet_input.npy " + traces + "lenet_" + chip + "_int8_output0.npy " + std::to_string(launches);
  }
};

TEST_F(WithTest, RunsAClientAndSumsUpItsLaunches) {
  for (const std::string chip : {"bm1684", "bm1684x"}) {
    const ProcessResult result = run_shell("$BMEMU with -- " + client(chip, 3));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.err.find("3 launches"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("0: " + chip), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("network-"), std::string::npos) << "found by its file: " << result.err;
  }
}

TEST_F(WithTest, GivesTheTimeOfBmemuRunAndReports) {
  const ProcessResult result =
      run_shell("$BMEMU with --product SC7-224T --report " + path("report") + " -- " + client("bm1684x", 1));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto networks = launched_networks(path("report"));
  ASSERT_EQ(networks.size(), 1U);
  EXPECT_EQ(networks.front().launches, 1U);
  const std::string saved = path("report") + "/" + networks.front().program;
  const std::string json = saved.substr(0, saved.rfind('.')) + ".json";
  EXPECT_TRUE(std::filesystem::exists(saved.substr(0, saved.rfind('.')) + ".html"));
  const CliResult again = run({"run", saved, "--product", "SC7-224T", "--json", "-"});
  std::ifstream file(json);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto length = [](const std::string& t) {
    const std::size_t at = t.find("\"length_ps\": ");
    return at == std::string::npos ? 0.0 : std::stod(t.substr(at + 13));
  };
  EXPECT_GT(length(text), 0);
  EXPECT_EQ(length(text), length(again.out));
  EXPECT_NE(networks.front().chip.find("SC7-224T"), std::string::npos) << networks.front().chip;
  // The client's buffers lie elsewhere than those that `bmemu run` takes: other rows of the DDR.
  EXPECT_NEAR(networks.front().time_ms * 1e9, length(text), 0.002 * length(text));
}

TEST_F(WithTest, HandsOverExitCodeModeAndDevices) {
  EXPECT_EQ(run_shell("$BMEMU with -- sh -c 'exit 7'").exit_code, 7);
  const ProcessResult quiet = run_shell("$BMEMU with --devices bm1684x,bm1684:SE5-8 --mode time -- env");
  EXPECT_NE(quiet.err.find("BMEMU_MODE=time"), std::string::npos) << quiet.err;
  EXPECT_NE(quiet.err.find("BMEMU_DEVICES=bm1684x,bm1684:SE5-8"), std::string::npos) << quiet.err;
  EXPECT_NE(quiet.err.find("no network was launched\nwhere the vendor's runtime is not installed, --bmrt"),
            std::string::npos)
      << quiet.err;
}

TEST_F(WithTest, BringsItsOwnLibbmrtWhenAsked) {
  EXPECT_EQ(run_shell("$BMEMU with -- env").err.find("libbmrt.so"), std::string::npos);
  const std::string traces = tests::source_dir() + "/traces/";
  const ProcessResult result =
      run_shell("$BMEMU with --bmrt -- " + tests::binary_dir() + "/bmemu_bmrt_client " + traces +
                "lenet_bm1684_int8.bmodel.zst " + traces + "lenet_input.npy " + path("output"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("2 launches"), std::string::npos) << result.err;
  EXPECT_NE(run_shell("$BMEMU with --bmrt -- env").err.find("libbmrt.so.1.0"), std::string::npos);
  const std::string sail = run_shell("PYTHONPATH=/mine $BMEMU with --sail -- env").err;
  EXPECT_NE(sail.find("PYTHONPATH=" + tests::binary_dir() + "/python:/mine"), std::string::npos) << sail;
  EXPECT_NE(sail.find("libbmrt.so.1.0"), std::string::npos) << sail;
}

TEST_F(WithTest, RefusesWhatCannotBeRun) {
  EXPECT_EQ(run({"with"}).exit_code, 2);
  for (const std::string list : {"", "bm1684x:", "bm1684x,,bm1684"}) {  // an unset variable of a script
    const CliResult result = run({"with", "--devices", list, "--", "true"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("E-CHIP-LIST"), std::string::npos) << result.err;
  }
  for (const std::string option : {"--chip", "--product"}) {
    const CliResult result = run({"with", option, "", "--", "true"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("a name is wanted"), std::string::npos) << result.err;
  }
  const CliResult missing = run({"with", "--", "/no/such/program"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_NE(missing.err.find("E-WITH-COMMAND"), std::string::npos) << missing.err;
  EXPECT_NE(run({"with", "--devices", "bm1684x,", "--", "true"}).err.find("E-CHIP-LIST"), std::string::npos);
}

}  // namespace
}  // namespace bmemu::harness
