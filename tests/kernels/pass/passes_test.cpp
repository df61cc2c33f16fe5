// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the passes make of small graphs, as text, and that they compute the same.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "kernels/graph/reference/reference.h"
#include "kernels/pass/pass.h"

namespace bmemu::kernels {
namespace {

/// Builds graphs node by node.
struct Builder {
  Graph graph;
  ValueId input(const std::string& name, const Shape& shape) {
    graph.inputs.push_back(graph.add_value({name, shape, isa::DataType::kF32, nullptr, {}, {}}));
    return graph.inputs.back();
  }
  ValueId constant(const std::string& name, const Shape& shape, std::vector<float> data) {
    return graph.add_constant(name, shape, std::move(data));
  }
  ValueId add(const std::string& name, Attributes attributes, const std::vector<ValueId>& inputs,
              const Shape& stated = {}) {
    std::vector<Shape> shapes;
    shapes.reserve(inputs.size());
    for (const ValueId id : inputs) shapes.push_back(graph.value(id).shape);
    const Shape shape = result_shape(attributes, shapes, stated).value();
    return graph.add_node({name, "Test", std::move(attributes), inputs, {}, {}}, name, shape);
  }
};

/// The nodes of a dump, one per line, without inputs and constants.
std::string nodes_of(const Graph& graph) {
  std::string text = dump(graph), nodes;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    if (line.find(" = ") != std::string::npos) nodes += line.substr(0, line.find("  #")) + "\n";
    start = end + 1;
  }
  return nodes;
}

/// Runs a pass and compares what the graph computes before and after it.
template <class Pass>
void expect_same_numbers(Graph graph, Pass pass, float tolerance = 1e-5F) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<reference::Tensor<double>> inputs;
  for (const ValueId id : graph.inputs) {
    inputs.push_back(reference::zeros<double>(graph.value(id).shape));
    for (double& x : inputs.back().data) x = normal(random);
  }
  const auto before = reference::run<double>(graph, inputs);
  pass(graph);
  EXPECT_EQ(first_inconsistency(graph), "");
  const auto after = reference::run<double>(graph, inputs);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    for (std::size_t k = 0; k < before[i].data.size(); ++k)
      ASSERT_NEAR(before[i].data[k], after[i].data[k],
                  static_cast<double>(tolerance) * (1 + std::abs(before[i].data[k])));
}

std::vector<float> ramp(std::size_t count, float step) {
  std::vector<float> data(count);
  for (std::size_t i = 0; i < count; ++i) data[i] = step * static_cast<float>(i + 1);
  return data;
}

TEST(Fold, ScaleAndBiasBehindAConvolutionGoIntoItsWeights) {
  Builder b;
  const ValueId x = b.input("x", {1, 2, 3, 3});
  ValueId y = b.add("conv", Conv{}, {x, b.constant("w", {3, 2, 1, 1}, ramp(6, 0.5F))});
  y = b.add("scaled", Binary{BinaryFunction::kMul, {}}, {y, b.constant("s", {1, 3, 1, 1}, ramp(3, 1))});
  y = b.add("moved", Binary{BinaryFunction::kAdd, {}}, {b.constant("b", {1, 3, 1, 1}, ramp(3, -1)), y});
  y = b.add("tripled", Binary{BinaryFunction::kMul, {}}, {y, b.constant("three", {1, 1, 1, 1}, {3})});
  b.graph.outputs = {y};
  expect_same_numbers(b.graph, fold);
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph), "tripled: f32 1x3x3x3 = Conv(x, moved/weights, moved/bias)\n");
}

TEST(Fold, ABiasBehindAReshapedProductGoesIntoTheProduct) {
  Builder b;
  const ValueId x = b.input("x", {1, 6, 4});
  ValueId y = b.add("product", MatMul{}, {x, b.constant("w", {1, 4, 5}, ramp(20, 0.1F))});
  y = b.add("apart", Reshape{}, {y}, {2, 3, 5});
  y = b.add("biased", Binary{BinaryFunction::kAdd, {}}, {y, b.constant("b", {1, 1, 5}, ramp(5, 1))});
  b.graph.outputs = {y};
  expect_same_numbers(b.graph, fold);
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph).substr(0, 6), "biased");
  EXPECT_NE(nodes_of(b.graph).find("MatMul(x, w, "), std::string::npos) << nodes_of(b.graph);
  EXPECT_EQ(b.graph.nodes.size(), 2U);
}

TEST(Fold, ReshapesAndPermutationsThatUndoEachOtherVanish) {
  Builder b;
  const ValueId x = b.input("x", {1, 2, 3, 4});
  ValueId y = b.add("a", Permute{{0, 2, 3, 1}}, {x});
  y = b.add("b", Permute{{0, 3, 1, 2}}, {y});
  y = b.add("c", Reshape{}, {y}, {2, 12});
  y = b.add("d", Reshape{}, {y}, {24});
  y = b.add("e", Unary{UnaryFunction::kAbs, 0, 0}, {y});
  b.graph.outputs = {y};
  expect_same_numbers(b.graph, fold);
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph), "d: f32 24 = Reshape(x)\ne: f32 24 = Unary(d) abs\n");
}

TEST(Fold, AMovedAxisOfSizeOneIsAReshape) {
  Builder b;
  const ValueId x = b.input("x", {1, 5, 7});
  b.graph.outputs = {b.add("y", Permute{{1, 0, 2}}, {x})};
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph), "y: f32 5x1x7 = Reshape(x)\n");
}

TEST(Fold, TapsThatMeetPaddingAloneGo) {
  const auto folded = [](Spatial kernel, Spatial stride, Spatial dilation, Spatial begin, Spatial end,
                         const Shape& out) {
    Builder b;
    const ValueId x = b.input("x", {1, 2, 4, 6});
    Conv conv;
    conv.kernel = kernel, conv.stride = stride, conv.dilation = dilation, conv.pad_begin = begin, conv.pad_end = end;
    const Shape weights{3, 2, kernel[1], kernel[2]};
    const ValueId w = b.constant("w", weights, ramp(static_cast<std::size_t>(elements(weights)), 0.25F));
    b.graph.outputs = {b.add("y", conv, {x, w}, out)};
    expect_same_numbers(b.graph, fold);
    fold(b.graph);
    return nodes_of(b.graph);
  };
  EXPECT_EQ(folded({1, 3, 3}, {1, 1, 1}, {1, 24, 24}, {0, 24, 24}, {0, 24, 24}, {1, 3, 4, 6}),
            "y: f32 1x3x4x6 = Conv(x, w/taps/taps)\n");
  EXPECT_EQ(folded({1, 3, 3}, {1, 1, 1}, {1, 4, 4}, {0, 4, 4}, {0, 4, 4}, {1, 3, 4, 6}),
            "y: f32 1x3x4x6 = Conv(x, w/taps) kernel=[1 1 3] dilation=[1 1 4] pad_begin=[0 0 4] pad_end=[0 0 4]\n");
  EXPECT_EQ(folded({1, 2, 1}, {1, 2, 1}, {1, 5, 1}, {0, 3, 0}, {0, 0, 0}, {1, 3, 1, 6}),
            "y: f32 1x3x1x6 = Conv(x, w) kernel=[1 2 1] stride=[1 2 1] dilation=[1 5 1] pad_begin=[0 3 0]\n");
}

TEST(Fold, ZerosAroundAnImageBecomePadding) {
  Builder b;
  const ValueId x = b.input("x", {1, 2, 5, 5});
  ValueId y = b.add("padded", Pad{{0, 0, 1, 0}, {0, 0, 2, 1}, 0}, {x});
  Conv conv;
  conv.kernel = {1, 3, 3};
  conv.pad_begin = {0, 0, 1};
  y = b.add("conv", conv, {y, b.constant("w", {1, 2, 3, 3}, ramp(18, 0.1F))});
  b.graph.outputs = {y};
  expect_same_numbers(b.graph, fold);
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph), "conv: f32 1x1x6x5 = Conv(x, w) kernel=[1 3 3] pad_begin=[0 1 1] pad_end=[0 2 1]\n");
}

TEST(Fold, EqualNodesAreComputedOnce) {
  Builder b;
  const ValueId x = b.input("x", {4});
  const ValueId one = b.add("one", Unary{UnaryFunction::kExp, 0, 0}, {x}),
                two = b.add("two", Unary{UnaryFunction::kExp, 0, 0}, {x});
  b.graph.outputs = {b.add("y", Binary{BinaryFunction::kAdd, {}}, {one, two})};
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph), "one: f32 4 = Unary(x) exp\ny: f32 4 = Binary(one, one) add\n");
}

TEST(Fold, AnOutputKeepsItsName) {
  Builder b;
  const ValueId x = b.input("x", {4});
  const ValueId e = b.add("e", Unary{UnaryFunction::kExp, 0, 0}, {x});
  const ValueId y = b.add("y", Reshape{}, {e}, {4});
  const ValueId z = b.add("z", Unary{UnaryFunction::kAbs, 0, 0}, {e});
  b.graph.outputs = {y, z};
  expect_same_numbers(b.graph, fold);
  fold(b.graph);
  EXPECT_EQ(nodes_of(b.graph), "y: f32 4 = Unary(x) exp\nz: f32 4 = Unary(y) abs\n");
}

TEST(Fuse, ARectifierGoesIntoTheOperatorBeforeItUnlessOthersReadThat) {
  Builder b;
  const ValueId x = b.input("x", {1, 2, 3, 3});
  const ValueId w = b.constant("w", {2, 2, 1, 1}, {1, -1, 2, -2});
  ValueId y = b.add("conv", Conv{}, {x, w});
  y = b.add("six", Unary{UnaryFunction::kClip, 0, 6}, {y});
  const ValueId sum = b.add("sum", Binary{}, {x, y});
  const ValueId positive =
      b.add("positive", Unary{UnaryFunction::kClip, 0, std::numeric_limits<float>::infinity()}, {sum});
  b.graph.outputs = {b.add("both", Binary{}, {sum, positive})};
  expect_same_numbers(b.graph, fuse);
  fuse(b.graph);
  EXPECT_EQ(
      nodes_of(b.graph),
      "six: f32 1x2x3x3 = Conv(x, w) relu(6)\nsum: f32 1x2x3x3 = Binary(x, six) add\n"
      "positive: f32 1x2x3x3 = Unary(sum) clip alpha=0 beta=inf\nboth: f32 1x2x3x3 = Binary(sum, positive) add\n");
}

TEST(Fuse, GatedFunctionsHaveNames) {
  Builder b;
  const ValueId x = b.input("x", {8});
  const auto product = [&](const std::string& name, ValueId left, ValueId right) {
    return b.add(name, Binary{BinaryFunction::kMul, {}}, {left, right});
  };
  const ValueId silu = product("silu", x, b.add("s", Unary{UnaryFunction::kSigmoid, 0, 0}, {x}));
  const ValueId softplus = b.add("p", Unary{UnaryFunction::kSoftplus, 0, 0}, {x});
  const ValueId mish = product("mish", b.add("t", Unary{UnaryFunction::kTanh, 0, 0}, {softplus}), x);
  const ValueId inner = b.add("i", Unary{UnaryFunction::kAffine, 0.70710677F, 0}, {x});
  const ValueId gate =
      b.add("g", Unary{UnaryFunction::kAffine, 1, 1}, {b.add("e", Unary{UnaryFunction::kErf, 0, 0}, {inner})});
  const ValueId gelu = b.add("gelu", Unary{UnaryFunction::kAffine, 0.5F, 0}, {product("m", x, gate)});
  b.graph.outputs = {silu, mish, gelu};
  expect_same_numbers(b.graph, fuse);
  fuse(b.graph);
  EXPECT_EQ(nodes_of(b.graph),
            "silu: f32 8 = Unary(x) silu\nmish: f32 8 = Unary(x) mish\ngelu: f32 8 = Unary(x) gelu\n");
}

TEST(Fuse, LayerNormIsFoundInItsParts) {
  Builder b;
  const ValueId x = b.input("x", {2, 3, 8});
  const ValueId mean = b.add("mean", Reduce{ReduceFunction::kMean, {2}}, {x});
  const ValueId d = b.add("d", Binary{BinaryFunction::kSub, {}}, {x, mean});
  const ValueId v =
      b.add("v", Reduce{ReduceFunction::kMean, {2}}, {b.add("dd", Binary{BinaryFunction::kMul, {}}, {d, d})});
  const ValueId root =
      b.add("r", Unary{UnaryFunction::kSqrt, 0, 0}, {b.add("e", Unary{UnaryFunction::kAffine, 1, 1e-5F}, {v})});
  ValueId y = b.add("n", Binary{BinaryFunction::kDiv, {}}, {d, root});
  y = b.add("s", Binary{BinaryFunction::kMul, {}}, {y, b.constant("scale", {1, 1, 8}, ramp(8, 0.5F))});
  y = b.add("y", Binary{BinaryFunction::kAdd, {}}, {y, b.constant("bias", {1, 1, 8}, ramp(8, 1))});
  b.graph.outputs = {y};
  expect_same_numbers(b.graph, fuse);
  fuse(b.graph);
  ASSERT_EQ(b.graph.nodes.size(), 1U) << dump(b.graph);
  EXPECT_EQ(b.graph.nodes[0].op(), Op::kLayerNorm);
  EXPECT_EQ(b.graph.nodes[0].inputs.size(), 3U);
}

TEST(Decompose, PowersOfNegativeNumbersKeepTheirSignForOddExponents) {
  Builder b;
  const ValueId x = b.input("x", {2, 4});
  b.graph.outputs = {b.add("y", Binary{BinaryFunction::kPow, {}}, {x, b.constant("p", {1, 4}, {1, 2, 5, -3})})};
  expect_same_numbers(b.graph, decompose);
  decompose(b.graph);
  for (const Node& node : b.graph.nodes) {
    const auto* binary = node.get_if<Binary>();
    if (!binary || binary->function != BinaryFunction::kPow) continue;
    EXPECT_EQ(b.graph.input(node, 0).name, "y/abs");
  }
}

}  // namespace
}  // namespace bmemu::kernels
