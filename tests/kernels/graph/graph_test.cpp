// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/graph.h"

#include <gtest/gtest.h>

namespace bmemu::kernels {
namespace {

/// x (1, 3, 5, 5) -> convolution to 4 channels, 3 x 3, pad 1, relu -> reshape (1, 100).
Graph small_graph() {
  Graph graph;
  graph.name = "small";
  graph.inputs = {graph.add_value({"x", {1, 3, 5, 5}, isa::DataType::kF32, nullptr, {}, {}})};
  const ValueId weights = graph.add_constant("w", {4, 3, 3, 3}, std::vector<float>(108, 0.5F));
  Conv conv;
  conv.kernel = {1, 3, 3};
  conv.pad_begin = conv.pad_end = {0, 1, 1};
  conv.activation = Relu{};
  const ValueId y = graph.add_node({"c1", "Conv", conv, {graph.inputs[0], weights}, {}, {}}, "y", {1, 4, 5, 5});
  graph.outputs = {graph.add_node({"r1", "Flatten", Reshape{}, {y}, {}, {}}, "z", {1, 100})};
  return graph;
}

TEST(Graph, IsDumpedAsOneLinePerInputConstantNodeAndOutput) {
  EXPECT_EQ(dump(small_graph()),
            "graph small\n"
            "input x: f32 1x3x5x5\n"
            "constant w: f32 4x3x3x3\n"
            "y: f32 1x4x5x5 = Conv(x, w) kernel=[1 3 3] pad_begin=[0 1 1] pad_end=[0 1 1] relu  # Conv c1\n"
            "z: f32 1x100 = Reshape(y)  # Flatten r1\n"
            "output z\n");
}

TEST(Graph, NamesOfValuesAreUnique) {
  Graph graph = small_graph();
  const ValueId second = graph.add_constant("w", {1}, {0});
  EXPECT_NE(graph.value(second).name, "w");
}

TEST(Graph, RemovingTheDeadKeepsWhatOutputsNeed) {
  Graph graph = small_graph();
  const std::string before = dump(graph);
  const ValueId unused = graph.add_constant("unused", {1}, {0});
  graph.add_node({"n", "Neg", Unary{UnaryFunction::kNeg, 0, 0}, {unused}, {}, {}}, "dead", {1});
  EXPECT_NE(dump(graph), before);
  remove_dead(graph);
  EXPECT_EQ(dump(graph), before);
}

TEST(Graph, IsConsistentUntilAShapeOrTheOrderIsWrong) {
  Graph graph = small_graph();
  EXPECT_EQ(first_inconsistency(graph), "");
  Graph wrong_shape = graph;
  wrong_shape.value(graph.nodes[0].output).shape = {1, 4, 5, 6};
  EXPECT_EQ(first_inconsistency(wrong_shape), "y (Conv) has shape 1x4x5x6 instead of 1x4x5x5");
  Graph wrong_order = graph;
  std::swap(wrong_order.nodes[0], wrong_order.nodes[1]);
  EXPECT_EQ(first_inconsistency(wrong_order), "z reads y before it is computed");
}

TEST(Graph, ReadersOfAValueAreListedOnce) {
  Graph graph = small_graph();
  const ValueId x = graph.inputs[0];
  graph.add_node({"a", "Add", Binary{}, {x, x}, {}, {}}, "sum", {1, 3, 5, 5});
  EXPECT_EQ(readers(graph)[static_cast<std::size_t>(x)], (std::vector<std::size_t>{0, 2}));
}

}  // namespace
}  // namespace bmemu::kernels
