// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/prepare.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "tests/error_of.h"

namespace bmemu::kernels {
namespace {

Graph one_product() {
  Graph graph;
  graph.inputs = {graph.add_value({"x", {1, 2, 3}, isa::DataType::kF32, nullptr, {}, {}})};
  const ValueId weights = graph.add_constant("w", {1, 3, 4}, std::vector<float>(12, 0.5F));
  graph.outputs = {graph.add_node({"n", "MatMul", MatMul{}, {graph.inputs[0], weights}, {}, {}}, "y", {1, 2, 4})};
  return graph;
}

TEST(Prepare, TellsTheGraphBehindEveryPassInOrder) {
  std::vector<std::string_view> seen;
  prepare(one_product(), {}, [&](std::string_view pass, const Graph&) { seen.push_back(pass); });
  EXPECT_EQ(seen, pass_names());
}

TEST(Prepare, EightBitsNeedRanges) {
  PrepareOptions options;
  options.precision = Precision::kI8;
  EXPECT_EQ(error_of([&] { prepare(one_product(), options); }), "E-COMPILE-DTYPE");
  options.calibrate = [](const Graph&) { return Calibration{{"x", {1, -1, 1}}, {"y", {2, -2, 2}}}; };
  const Graph graph = prepare(one_product(), options);
  bool has_integers = false;
  for (const Node& node : graph.nodes) has_integers = has_integers || node.requantisation.has_value();
  EXPECT_TRUE(has_integers);
}

TEST(Prepare, Bm1684HasNoHalves) {
  PrepareOptions options{isa::Family::kBm1684, Precision::kF16, {}, false, false, {}};
  EXPECT_EQ(error_of([&] { prepare(one_product(), options); }), "E-COMPILE-DTYPE");
  options.family = isa::Family::kBm1684x;
  const Graph graph = prepare(one_product(), options);
  EXPECT_EQ(graph.nodes.size(), 3U);  // a cast on both sides
}

/// BM1684 has no other form of products of bytes; a table knows the results of the operators and no more.
TEST(Prepare, DeepProductsOfBytesAreConvolutionsOfLinesOnBm1684) {
  Graph graph;
  const std::int64_t deep = 4100;  // more than a field of channels holds
  graph.inputs = {graph.add_value({"x", {1, 2, deep}, isa::DataType::kF32, nullptr, {}, {}})};
  ValueId last = graph.inputs[0];
  for (const char* result : {"y", "z"}) {
    const ValueId weights =
        graph.add_constant("w", {1, deep, deep}, std::vector<float>(static_cast<std::size_t>(deep * deep), 0.01F));
    last = graph.add_node({result, "MatMul", MatMul{}, {last, weights}, {}, {}}, result, {1, 2, deep});
  }
  graph.outputs = {last};
  PrepareOptions options;
  options.family = isa::Family::kBm1684;
  options.precision = Precision::kI8;
  options.calibrate = [](const Graph&) { return Calibration{{"x", {1, -1, 1}}, {"y", {2, -2, 2}}, {"z", {2, -2, 2}}}; };
  const Graph same = graph;
  std::size_t convolutions = 0;
  for (const Node& node : prepare(std::move(graph), options).nodes)
    if (const auto* conv = node.get_if<Conv>()) {
      EXPECT_TRUE(node.requantisation.has_value());
      EXPECT_GT(conv->kernel[1], 1);
      ++convolutions;
    }
  EXPECT_EQ(convolutions, 2U);
  // What is measured is called after the operators' results too, not after what stands for them.
  std::set<std::string> names;
  options.calibrate = [&](const Graph& now) {
    Calibration measured = calibrate(now, {{{{1, 2, deep}, std::vector<float>(2 * deep, 0.5F)}}});
    for (const auto& [name, range] : measured) names.insert(name);
    return measured;
  };
  prepare(same, options);
  EXPECT_EQ(names.count("y") + names.count("z"), 2U);
  for (const std::string& name : names) EXPECT_EQ(name.find('#'), std::string::npos) << name;
}

/// x -> convolution c -> relu y, whose ranges are known.
Graph convolution_with_relu() {
  Graph graph;
  graph.inputs = {graph.add_value({"x", {1, 1, 4, 4}, isa::DataType::kF32, nullptr, {}, {}})};
  const ValueId weights = graph.add_constant("w", {1, 1, 1, 1}, {0.5F});
  const ValueId made = graph.add_node({"conv", "Conv", Conv{}, {graph.inputs[0], weights}, {}, {}}, "c", {1, 1, 4, 4});
  const Unary relu{UnaryFunction::kClip, 0, std::numeric_limits<float>::infinity()};
  graph.outputs = {graph.add_node({"relu", "Relu", relu, {made}, {}, {}}, "y", {1, 1, 4, 4})};
  return graph;
}

std::string kept_in_float(const std::set<std::string>& names) {
  PrepareOptions options;
  options.precision = Precision::kI8;
  options.calibrate = [](const Graph&) { return Calibration{{"x", {1, -1, 1}}, {"y", {2, 0, 2}}, {"c", {2, -2, 2}}}; };
  options.floats = names;
  std::string kept;
  const std::string error = error_of([&] {
    for (const Node& node : prepare(convolution_with_relu(), options).nodes)
      if (node.op() == Op::kConv && !node.requantisation) kept += node.name;
  });
  return error == "no error" ? kept : error;
}

TEST(Prepare, FloatsAreNamedByTensorOrNodeAlsoWhatBecamePartOfAnother) {
  EXPECT_EQ(kept_in_float({}), "");
  for (const char* name : {"y", "c", "conv", "relu"}) EXPECT_EQ(kept_in_float({name}), "conv") << name;
  EXPECT_EQ(kept_in_float({"y", "nothing"}), "E-QUANTISE-TABLE");
}

}  // namespace
}  // namespace bmemu::kernels
