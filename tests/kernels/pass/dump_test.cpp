// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What `--dump-after` writes behind every pass, of a graph on which every pass has something to do.
// BMEMU_UPDATE_DUMPS=1 writes the expected texts anew.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "kernels/prepare.h"
#include "tests/folders.h"

namespace bmemu::kernels {
namespace {

/// Convolution, factor per channel, relu; square by a power; a sum with relu.
Graph network() {
  Graph graph;
  graph.name = "network";
  const ValueId x = graph.add_value({"x", {1, 2, 4, 4}, isa::DataType::kF32, {}, {}, {}});
  graph.inputs = {x};
  const auto add = [&](const std::string& name, Attributes attributes, std::vector<ValueId> inputs) {
    return graph.add_node({name, "Test", std::move(attributes), std::move(inputs), {}, {}}, name, {1, 3, 4, 4});
  };
  const ValueId weights = graph.add_constant("weights", {3, 2, 1, 1}, {0.5F, -0.25F, 1, 0.75F, -1, 0.125F});
  const ValueId conv = add("conv", Conv{}, {x, weights});
  const ValueId factor = graph.add_constant("factor", {1, 3, 1, 1}, {1, 2, 0.5F});
  const ValueId scaled = add("scaled", Binary{BinaryFunction::kMul, {}}, {conv, factor});
  const ValueId positive = add("positive", Unary{UnaryFunction::kClip, 0, INFINITY}, {scaled});
  const ValueId two = graph.add_constant("two", {1, 1, 1, 1}, {2});
  const ValueId square = add("square", Binary{BinaryFunction::kPow, {}}, {scaled, two});
  const ValueId sum = add("sum", Binary{BinaryFunction::kAdd, {}}, {positive, square});
  graph.outputs = {add("out", Unary{UnaryFunction::kClip, 0, INFINITY}, {sum})};
  return graph;
}

std::map<std::string, std::string> dumps(Precision precision) {
  PrepareOptions options;
  options.precision = precision;
  options.calibrate = [](const Graph& graph) {
    Calibration ranges;
    for (const Value& value : graph.values) ranges[value.name] = {4, -4, 4};
    return ranges;
  };
  std::map<std::string, std::string> result;
  prepare(network(), options,
          [&](std::string_view pass, const Graph& graph) { result[std::string(pass)] = dump(graph); });
  return result;
}

TEST(DumpAfter, EveryPassWritesWhatItMade) {
  const auto found = dumps(Precision::kI8);
  std::string before;
  for (const std::string_view pass : pass_names()) {
    const std::string path = tests::source_dir() + "/tests/data/dumps/" + std::string(pass) + ".txt";
    const std::string& text = found.at(std::string(pass));
    if (std::getenv("BMEMU_UPDATE_DUMPS") != nullptr) std::ofstream(path, std::ios::binary) << text;
    std::ifstream file(path, std::ios::binary);
    EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(file), {})) << path;
    EXPECT_NE(text, before) << pass << " changed nothing: it is not tested here";
    before = text;
  }
}

TEST(DumpAfter, SixteenBitsAreATypeOfEveryTensorInside) {
  const std::string text = dumps(Precision::kF16).at("quantise");
  EXPECT_NE(text.find("input x: f32"), std::string::npos) << text;
  EXPECT_NE(text.find(": f16 1x3x4x4 = Conv("), std::string::npos) << text;
}

}  // namespace
}  // namespace bmemu::kernels
