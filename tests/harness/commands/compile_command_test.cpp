// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu compile` and `bmemu run` of a model: files, values, and what is refused.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "harness/tensor/npy.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/graph/reference/reference.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"
#include "tests/onnx/small_model.h"

namespace bmemu::harness {
namespace {

class CompileCommand : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    write_model();
    write_input();
  }

  /// x (1, 3, 9, 11) -> convolution 3 x 3 to 5 channels with bias -> relu -> y.
  void write_model() {
    onnx::ModelProto model;
    model.set_ir_version(7);
    model.add_opset_import()->set_version(13);
    auto& graph = *model.mutable_graph();
    graph.set_name("small");
    tests::add_port(*graph.add_input(), "x", {1, 3, 9, 11});
    tests::add_port(*graph.add_output(), "y", {1, 5, 7, 9});
    tests::add_weights(graph, "w", {5, 3, 3, 3});
    tests::add_weights(graph, "b", {5});
    tests::add_node(graph, "Conv", {"x", "w", "b"}, "c");
    tests::add_node(graph, "Relu", {"c"}, "y");
    std::ofstream file(path("small.onnx"), std::ios::binary);
    model.SerializeToOstream(&file);
  }

  void write_input() {
    std::vector<float> numbers(3 * 9 * 11);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<float>(std::cos(static_cast<double>(i) * 0.9));
    Array array{"x", ArrayType::kF32, {1, 3, 9, 11}, std::vector<std::uint8_t>(numbers.size() * sizeof(float))};
    std::memcpy(array.bytes.data(), numbers.data(), array.bytes.size());
    write_arrays(path("in.npz"), {array});
    const auto graph = kernels::import_onnx_file(path("small.onnx"));
    expected_ = kernels::reference::run<float>(graph, {{{1, 3, 9, 11}, numbers}})[0].data;
  }

  void expect_output(const std::string& file) {
    const auto arrays = read_arrays(path(file));
    ASSERT_EQ(arrays.size(), 1U);
    EXPECT_EQ(arrays[0].name, "y");
    ASSERT_EQ(arrays[0].elements(), expected_.size());
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      float number = 0;
      std::memcpy(&number, arrays[0].bytes.data() + i * sizeof number, sizeof number);
      ASSERT_NEAR(number, expected_[i], 1e-4F);
    }
  }

  std::vector<float> expected_;
};

TEST_F(CompileCommand, WritesAProgramAndItsLayerMapThatRunWithTheModelsValues) {
  for (const char* chip : {"bm1684", "bm1684x"}) {
    const auto compiled = run({"compile", path("small.onnx"), "--chip", chip, "-o", path("out.bmodel")});
    ASSERT_EQ(compiled.exit_code, 0) << compiled.err;
    EXPECT_NE(compiled.out.find("commands"), std::string::npos);
    EXPECT_FALSE(read("out.json").empty());
    const auto ran = run({"run", path("out.bmodel"), "--input", path("in.npz"), "--output", path("out.npz"),
                          "--hazards", "error", "--uninitialised", "error"});
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    expect_output("out.npz");
    std::filesystem::remove(path("out.npz"));
  }
}

TEST_F(CompileCommand, RunTakesAModelAtOnce) {
  const auto ran =
      run({"run", path("small.onnx"), "--chip", "bm1684", "--input", path("in.npz"), "--output", path("out.npz")});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  expect_output("out.npz");
}

TEST_F(CompileCommand, InputsHaveTheShapesThatAreAskedFor) {
  const auto dumped = run({"compile", path("small.onnx"), "--input-shape", "x=2x3x20,6", "--dump-after", "import"});
  ASSERT_EQ(dumped.exit_code, 0) << dumped.err;
  EXPECT_NE(dumped.out.find("input x: f32 2x3x20x6\n"), std::string::npos) << dumped.out;
  EXPECT_NE(dumped.out.find("y: f32 2x5x18x4"), std::string::npos) << dumped.out;
  const auto compared = run({"compare", path("small.onnx"), path("small.onnx"), "--input-shape-a", "x=1x3x9x40",
                             "--input-shape", "x=1x3x9x80"});
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_NE(compared.out.find("input 1x3x9x40 -> 1x3x9x80"), std::string::npos) << compared.out;
  const auto swept =
      run({"whatif", path("small.onnx"), "--input-shape", "x=1x3x9x80", "--vary", "ddr.controllers=1,2"});
  EXPECT_EQ(swept.exit_code, 0) << swept.err;
}

TEST_F(CompileCommand, ShapesThatAreNoneAreRefused) {
  for (const char* shape : {"x", "x=", "=1x3x9x9", "x=1x3x9", "x=1x3x9x0", "x=1x3x9x-1", "x=1x3x9x", "x=1x3x9xq", "z=1",
                            "x=1x3x9x99999999999999999999"}) {
    const auto refused = run({"compile", path("small.onnx"), "-o", path("out.bmodel"), "--input-shape", shape});
    EXPECT_EQ(refused.exit_code, 2) << shape;
    EXPECT_NE(refused.err.find("E-ONNX-SHAPE"), std::string::npos) << refused.err;
    EXPECT_FALSE(std::filesystem::exists(path("out.bmodel"))) << shape;
  }
}

TEST_F(CompileCommand, AProgramRunsOnTheChipThatItWasCompiledFor) {
  ASSERT_EQ(run({"compile", path("small.onnx"), "--set", "tiu.clock_mhz=123", "-o", path("out.bmodel")}).exit_code, 0);
  const auto ran = run({"run", path("out.bmodel"), "--print-config"});
  EXPECT_NE(ran.out.find("123"), std::string::npos) << ran.out;
}

TEST_F(CompileCommand, ThePassesAreShownAsText) {
  const auto dumped = run({"compile", path("small.onnx"), "--dump-after", "fuse"});
  EXPECT_EQ(dumped.exit_code, 0) << dumped.err;
  EXPECT_EQ(dumped.out,
            "graph small\ninput x: f32 1x3x9x11\nconstant w: f32 5x3x3x3\nconstant b: f32 5\n"
            "y: f32 1x5x7x9 = Conv(x, w, b) kernel=[1 3 3] relu  # Conv c\noutput y\n");
}

TEST_F(CompileCommand, RangesAreMeasuredAndWrittenAsATable) {
  const auto calibrated = run({"compile", path("small.onnx"), "--dtype", "int8", "--calibrate", path("in.npz"),
                               "--dump-after", "quantise", "--write-calibration", path("table.txt")});
  ASSERT_EQ(calibrated.exit_code, 0) << calibrated.err;
  EXPECT_NE(calibrated.out.find("u8 1x5x7x9"), std::string::npos) << calibrated.out;
  EXPECT_NE(read("table.txt").find("\ny "), std::string::npos);
  const auto again = run({"compile", path("small.onnx"), "--dtype", "int8", "--calibration", path("table.txt"),
                          "--dump-after", "quantise"});
  EXPECT_EQ(again.out, calibrated.out);
}

TEST_F(CompileCommand, WhatIsWrongIsSaidAndNothingIsWritten) {
  const auto refused = [&](std::vector<std::string> options, const std::string& id) {
    std::vector<std::string> arguments{"compile", path("small.onnx")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto before = files();
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find(id), std::string::npos) << result.err;
    EXPECT_EQ(files(), before);
  };
  const std::string out = path("out.bmodel");
  refused({}, "E-COMPILE-OUTPUT");
  refused({"-o", path("small.onnx")}, "E-FILE-OVERWRITE");
  refused({"--dtype", "int8", "-o", out}, "E-COMPILE-DTYPE");
  refused({"--calibrate", path("in.npz"), "-o", out}, "E-COMPILE-DTYPE");
  refused({"--chip", "bm1684", "--dtype", "fp16", "-o", out}, "E-COMPILE-DTYPE");
  std::ofstream(path("bad.txt")) << "c F64\n";
  refused({"--dtype", "int8", "--calibrate", path("in.npz"), "--quantize-table", path("bad.txt"), "-o", out},
          "E-QUANTISE-TABLE");
  refused({"--write-calibration", path("table.txt"), "-o", out}, "E-COMPILE-DTYPE");
  std::ofstream(path("halves.txt")) << "y F16\n";
  refused({"--chip", "bm1684", "--dtype", "int8", "--calibrate", path("in.npz"), "--quantize-table", path("halves.txt"),
           "-o", out},
          "E-QUANTISE-TABLE");
  std::ofstream(path("unknown.txt")) << "nothing F32\n";
  refused({"--dtype", "int8", "--calibrate", path("in.npz"), "--quantize-table", path("unknown.txt"), "-o", out},
          "E-QUANTISE-TABLE");
  write_arrays(path("short.npz"), {{"x", ArrayType::kF32, {1}, std::vector<std::uint8_t>(4)}});
  refused({"--dtype", "int8", "--calibrate", path("short.npz"), "-o", out}, "E-CALIBRATION-DATA");
  refused({"--dtype", "fp64", "-o", out}, "fp32");
}

}  // namespace
}  // namespace bmemu::harness
