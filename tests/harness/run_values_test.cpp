// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu run --input --output`.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/tensor/npy.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = std::string(BMEMU_SOURCE_DIR) + "/traces/";
const std::string kProgram = kTraces + "lenet_bm1684x_int8.bmodel.zst";

std::string file(const std::string& name) {
  const auto folder = std::filesystem::path(BMEMU_BINARY_DIR) / "run_values_test";
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

}  // namespace
}  // namespace bmemu::harness
