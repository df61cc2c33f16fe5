// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu run --input --output`.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "emulator/arithmetic/host.h"
#include "harness/tensor/npy.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";
const std::string kProgram = kTraces + "lenet_bm1684x_int8.bmodel.zst";

std::string file(const std::string& name) {
  const auto folder = std::filesystem::path(tests::binary_dir()) / "run_values_test";
  std::filesystem::create_directories(folder);
  return (folder / name).string();
}

TEST(RunValues, OutputsNeedInputs) {
  const CliResult result = run({"run", kProgram, "--output", file("none.npz")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("--input"), std::string::npos) << result.err;
}

TEST(RunValues, ArraysGoToFilesOfTheirOwn) {
  const std::string input = kTraces + "lenet_input.npy";
  CliResult result = run({"run", kProgram, "--input", input, "--output", "-"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-RUN-OUTPUTS"), std::string::npos) << result.err;
  result = run({"run", kProgram, "--input", input, "--output", file("same"), "--json", file("same")});
  EXPECT_NE(result.err.find("E-RUN-OUTPUTS"), std::string::npos) << result.err;
}

TEST(RunValues, WrongInputsAreNamed) {
  CliResult result = run({"run", kProgram, "--input", kTraces + "cnna_input.npy"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-TENSOR-SHAPE"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("[1,1,28,28]"), std::string::npos) << result.err;
  result = run({"run", kProgram, "--input", kProgram});
  EXPECT_NE(result.err.find("E-NPY-FORMAT"), std::string::npos) << result.err;
}

TEST(RunValues, FastFloatsAreNamedAndLeaveIntegersExact) {
  const std::string input = kTraces + "lenet_input.npy";
  const std::string reference = kTraces + "lenet_bm1684x_int8_output0.npy";
  const CliResult fast = run({"run", kProgram, "--input", input, "--fast-float", "--compare", reference});
  EXPECT_EQ(fast.exit_code, 0) << fast.err;
  EXPECT_NE(fast.out.find("identical"), std::string::npos) << fast.out;
  EXPECT_NE(fast.out.find("Floats are fast"), std::string::npos) << fast.out;
  const auto values = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"run", kProgram, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return nlohmann::json::parse(run(arguments).out)["values"];
  };
  EXPECT_TRUE(values({}).is_null());
  EXPECT_EQ(values({"--input", input}), (nlohmann::json{{"floats", "exact"}}));
  EXPECT_EQ(values({"--input", input, "--fast-float"})["floats"], "fast");
  EXPECT_NE(values({"--input", input, "--fast-float"})["library"], "");
}

TEST(RunValues, EveryInstructionSetGivesTheSameOutputs) {
  for (const auto cpu : emulator::cpu_paths()) {
    const CliResult result = run({"run", kProgram, "--input", kTraces + "lenet_input.npy", "--cpu",
                                  std::string(name(cpu)), "--compare", kTraces + "lenet_bm1684x_int8_output0.npy"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  }
}

TEST(RunValues, OutputsAreComparedWithReferences) {
  const std::string input = kTraces + "lenet_input.npy";
  const std::string reference = kTraces + "lenet_bm1684x_int8_output0.npy";
  CliResult result = run({"run", kProgram, "--input", input, "--compare", reference});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("identical"), std::string::npos) << result.out;

  std::vector<Array> changed = read_arrays(reference);
  changed.front().bytes[3] ^= 0x40;  // an exponent bit of the first number
  write_arrays(file("changed.npy"), changed);
  result = run({"run", kProgram, "--input", input, "--compare", file("changed.npy")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.out.find("BEYOND TOLERANCE"), std::string::npos) << result.out;
  result = run({"run", kProgram, "--input", input, "--compare", file("changed.npy"), "--tolerance", "1e39"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("within tolerance"), std::string::npos) << result.out;

  result = run({"run", kProgram, "--input", input, "--compare", kTraces + "cnna_input.npy"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-TENSOR-SHAPE"), std::string::npos) << result.err;
}

TEST(RunValues, ReadsOfMemoryThatNobodyWroteAreReported) {
  const std::vector<std::string> arguments{"run", kTraces + "lenet_bm1684_int8.bmodel.zst", "--input",
                                           kTraces + "lenet_input.npy", "--uninitialised"};
  const auto with = [&](const std::string& check) {
    std::vector<std::string> all = arguments;
    all.push_back(check);
    return run(all);
  };
  // Two operands of this program are wider than what was computed for them; the surplus is multiplied by zero weights.
  CliResult result = with("report");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("never written: 2 operands"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("reads 448 bytes of ddr memory"), std::string::npos) << result.out;
  EXPECT_EQ(with("off").out.find("never written"), std::string::npos);
  result = with("error");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-RUN-UNINITIALISED"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("gdma group 1 command 6"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace bmemu::harness
