// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Calibration tables, the integer numbers of quantised operators, and how close they come.
#include "kernels/quantise/quantise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "kernels/graph/reference/reference.h"
#include "kernels/quantise/calibration.h"
#include "kernels/quantise/inner_tensors.h"
#include "tests/error_of.h"

namespace bmemu::kernels {
namespace {

isa::ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(CalibrationTable, IsReadAsItIsWritten) {
  const std::string text = "# made by a compiler\nimages 2.5 -2.5 2.25\n\nconv_Conv 6.0000000 0 6\n#rest\n";
  const Calibration read = parse_calibration_table(bytes_of(text), "table");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read.at("images").threshold, 2.5F);
  EXPECT_EQ(read.at("images").minimum, -2.5F);
  EXPECT_EQ(read.at("conv_Conv").maximum, 6.0F);
  const std::string again = calibration_table(read);
  EXPECT_EQ(calibration_table(parse_calibration_table(bytes_of(again), "again")), again);
}

TEST(CalibrationTable, WrongLinesAreRefused) {
  for (const char* text :
       {"x 1 2\n", "x 1 2 3 4\n", "x one 2 3\n", "x -1 2 3\n", "x 1 2 3\nx 1 2 3\n", "x nan 0 0\n", "x 1 1 -1\n"})
    EXPECT_EQ(error_of([&] { parse_calibration_table(bytes_of(text), "table"); }), "E-CALIBRATION-TABLE") << text;
}

TEST(FixedFactor, IsCloseOddAndWithinItsBits) {
  const FixedFactor third = fixed_factor(1.0 / 9, 8);
  EXPECT_EQ(third.multiplier, 57);
  EXPECT_EQ(third.shift, 9);
  std::mt19937 random(1);
  std::uniform_real_distribution<double> exponents(-12, 0);
  for (int i = 0; i < 1000; ++i) {
    const double factor = std::exp2(exponents(random));
    const FixedFactor fixed = fixed_factor(factor, 30);
    EXPECT_LT(fixed.multiplier, 1 << 30);
    EXPECT_TRUE(fixed.multiplier % 2 == 1 || fixed.shift == 0);
    EXPECT_NEAR(std::ldexp(fixed.multiplier, -fixed.shift), factor, std::ldexp(1.0, -30));
  }
}

/// x -> conv 3x3 + relu -> conv 1x1 -> add with x' -> average pool -> sigmoid; ranges by calibration on the same data.
struct Network {
  Graph graph;
  std::vector<reference::Tensor<float>> inputs;
};

Network network() {
  Network n;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  const auto noise = [&](std::size_t count, float size) {
    std::vector<float> data(count);
    for (float& x : data) x = normal(random) * size;
    return data;
  };
  Graph& g = n.graph;
  g.name = "network";
  const ValueId x = g.add_value({"x", {2, 8, 12, 12}, isa::DataType::kF32, nullptr, {}, {}});
  g.inputs = {x};
  Conv first;
  first.kernel = {1, 3, 3};
  first.pad_begin = first.pad_end = {0, 1, 1};
  first.activation = Relu{};
  const ValueId a = g.add_node(
      {"a",
       "Conv",
       first,
       {x, g.add_constant("wa", {16, 8, 3, 3}, noise(1152, 0.1F)), g.add_constant("ba", {16}, noise(16, 0.1F))},
       {},
       {}},
      "a", {2, 16, 12, 12});
  const ValueId b = g.add_node(
      {"b", "Conv", Conv{}, {a, g.add_constant("wb", {8, 16, 1, 1}, noise(128, 0.3F))}, {}, {}}, "b", {2, 8, 12, 12});
  const ValueId c = g.add_node({"c", "Add", Binary{}, {b, x}, {}, {}}, "c", {2, 8, 12, 12});
  Pool pool;
  pool.kind = PoolKind::kAverage;
  pool.kernel = {1, 3, 3};
  pool.stride = {1, 3, 3};
  const ValueId d = g.add_node({"d", "AveragePool", pool, {c}, {}, {}}, "d", {2, 8, 4, 4});
  const ValueId e = g.add_node({"e", "Sigmoid", Unary{UnaryFunction::kSigmoid, 0, 0}, {d}, {}, {}}, "e", {2, 8, 4, 4});
  const ValueId f = g.add_node({"f", "Softmax", Softmax{1}, {e}, {}, {}}, "f", {2, 8, 4, 4});
  const ValueId h = g.add_node({"h", "Mul", Binary{BinaryFunction::kMul, {}}, {d, e}, {}, {}}, "h", {2, 8, 4, 4});
  g.outputs = {f, h};
  n.inputs = {{{2, 8, 12, 12}, noise(2 * 8 * 144, 1)}};
  return n;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(Quantise, ComputesCloseToTheFloatsOnBothChips) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    Network n = network();
    const auto expected = reference::run<float>(n.graph, n.inputs);
    apply_calibration(calibrate(n.graph, {n.inputs}), n.graph);
    QuantiseOptions options;
    options.family = family;
    quantise(n.graph, options);
    EXPECT_EQ(first_inconsistency(n.graph), "");
    const auto actual = reference::run<float>(n.graph, n.inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_GT(cosine(actual[i].data, expected[i].data), 0.995);
    // The numbers are those of the chip: per channel, or one shift for all.
    const Node* conv = nullptr;
    for (const Node& node : n.graph.nodes)
      if (node.op() == Op::kConv && conv == nullptr) conv = &node;
    ASSERT_NE(conv, nullptr);
    const bool is_bm1684 = family == isa::Family::kBm1684;
    EXPECT_EQ(conv->requantisation->multiplier.size(), is_bm1684 ? 0U : 16U);
    EXPECT_EQ(conv->requantisation->shift.size(), is_bm1684 ? 1U : 16U);
    EXPECT_EQ(n.graph.input(*conv, 2).type, is_bm1684 ? isa::DataType::kI16 : isa::DataType::kI32);
    EXPECT_TRUE(n.graph.output(*conv).quantisation->is_unsigned);
  }
}

TEST(Quantise, TheBiasOfAProductOfTwoTensorsIsInItsWords) {
  Graph g;
  g.name = "product";
  for (const Shape& shape : {Shape{1, 6, 8}, Shape{1, 8, 5}})
    g.inputs.push_back(g.add_value({"x" + std::to_string(shape[2]), shape, isa::DataType::kF32, nullptr, {}, {}}));
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  const auto noise = [&](std::size_t count) {
    std::vector<float> data(count);
    for (float& x : data) x = normal(random);
    return data;
  };
  const ValueId left = g.add_node(
      {"a", "MatMul", MatMul{}, {g.inputs[0], g.add_constant("wa", {1, 8, 8}, noise(64))}, {}, {}}, "a", {1, 6, 8});
  const ValueId right = g.add_node(
      {"b", "MatMul", MatMul{}, {g.inputs[1], g.add_constant("wb", {1, 5, 5}, noise(25))}, {}, {}}, "b", {1, 8, 5});
  const ValueId bias = g.add_constant("bias", {5}, {9, -20, 3, 0, 40});
  g.outputs = {g.add_node({"m", "MatMul", MatMul{}, {left, right, bias}, {}, {}}, "m", {1, 6, 5})};
  const std::vector<reference::Tensor<float>> inputs{{{1, 6, 8}, noise(48)}, {{1, 8, 5}, noise(40)}};
  const auto expected = reference::run<float>(g, inputs);
  apply_calibration(calibrate(g, {inputs}), g);
  quantise(g, {});
  EXPECT_EQ(first_inconsistency(g), "");
  const auto product =
      std::find_if(g.nodes.begin(), g.nodes.end(), [](const Node& node) { return node.inputs.size() == 3; });
  ASSERT_NE(product, g.nodes.end());
  EXPECT_EQ(g.input(*product, 0).type, isa::DataType::kI8);
  EXPECT_EQ(g.input(*product, 2).type, isa::DataType::kI32);
  EXPECT_GT(cosine(reference::run<float>(g, inputs)[0].data, expected[0].data), 0.999);
}

TEST(Quantise, InputsAndOutputsAreBytesWhereAskedFor) {
  Network n = network();
  apply_calibration(calibrate(n.graph, {n.inputs}), n.graph);
  QuantiseOptions options;
  options.quantised_inputs = options.quantised_outputs = true;
  quantise(n.graph, options);
  EXPECT_EQ(n.graph.value(n.graph.inputs[0]).type, isa::DataType::kI8);
  EXPECT_EQ(n.graph.value(n.graph.outputs[0]).type, isa::DataType::kF32);  // softmax computes floats
  EXPECT_EQ(n.graph.value(n.graph.outputs[1]).type, isa::DataType::kI8);
}

TEST(Quantise, NamedOperatorsStayInFloat) {
  Network n = network();
  apply_calibration(calibrate(n.graph, {n.inputs}), n.graph);
  QuantiseOptions options;
  options.floats = {"b"};
  quantise(n.graph, options);
  for (const Node& node : n.graph.nodes)
    if (n.graph.output(node).name == "b") {
      EXPECT_FALSE(node.requantisation.has_value());
    }
}

/// The vendor's tables name a tensor with its operator, which may be part of another one here.
TEST(Calibration, NamesWithAnyOperatorBehindAreFound) {
  const auto threshold = [](const std::string& name) {
    Network n = network();
    Calibration calibration = calibrate(n.graph, {n.inputs});
    calibration.erase("b");
    calibration[name] = {7, -7, 7};
    apply_calibration(calibration, n.graph);
    for (const Value& value : n.graph.values)
      if (value.name == "b") return value.calibration ? value.calibration->threshold : 0;
    return -1.0F;
  };
  EXPECT_EQ(threshold("b_Clip"), 7);
  EXPECT_EQ(threshold("b_Clip2d"), 7);
  EXPECT_EQ(threshold("b_more_Clip"), 0);
  EXPECT_EQ(threshold("b_clip"), 0);
}

TEST(Quantise, TensorsWithoutARangeAreListed) {
  Network n = network();
  Calibration calibration = calibrate(n.graph, {n.inputs});
  calibration.erase("b");
  apply_calibration(calibration, n.graph);
  EXPECT_EQ(error_of([&] { quantise(n.graph, {}); }), "E-CALIBRATION-MISSING");
}

TEST(Quantise, TensorsInsideOfAnOperatorThatTheTableKnowsStayInFloat) {
  Network n = network();
  Calibration calibration = calibrate(n.graph, {n.inputs});
  calibration.erase("b");
  Value& inner = n.graph.value(n.graph.nodes[1].output);
  inner.name = "c/inner";
  apply_calibration(calibration, n.graph);
  const std::set<std::string> floats = tensors_inside_of_known(calibration, n.graph);
  EXPECT_EQ(floats, std::set<std::string>{"c/inner"});
  QuantiseOptions options;
  options.floats = floats;
  quantise(n.graph, options);
  bool is_there = false;
  for (const Value& value : n.graph.values) is_there |= value.name == "c/inner" && value.type == isa::DataType::kF32;
  EXPECT_TRUE(is_there);
}

/// What computes "c" of scores, a mask and a function behind them.
isa::DataType type_before(const Attributes& function, float mask) {
  Graph g;
  g.name = "scores";
  g.inputs = {g.add_value({"x", {1, 2, 3, 3}, isa::DataType::kF32, nullptr, {}, {}})};
  const auto add = [&](const char* name, Attributes attributes, std::vector<ValueId> inputs, const Shape& shape) {
    return g.add_node({name, "Test", std::move(attributes), std::move(inputs), {}, {}}, name, shape);
  };
  const ValueId weights = g.add_constant("w", {2, 2, 1, 1}, {0.5F, -0.25F, 0.125F, 1});
  const ValueId scores = add("scores", Conv{}, {g.inputs[0], weights}, {1, 2, 3, 3});
  const ValueId masked = add("c", Binary{}, {scores, g.add_constant("mask", {1, 1, 1, 3}, {0, 0, mask})}, {1, 2, 3, 3});
  g.outputs = {add("y", function, {masked}, {1, 2, 3, 3})};
  Calibration ranges;
  for (const Value& value : g.values) ranges[value.name] = {2, -2, 2};
  ranges["c"] = {std::abs(mask) + 2, mask - 2, 2};
  apply_calibration(ranges, g);
  quantise(g, {});
  const auto found =
      std::find_if(g.values.begin(), g.values.end(), [](const Value& value) { return value.name == "c"; });
  return found->type;
}

TEST(Quantise, KeepsInFloatWhatBytesWouldBreak) {
  EXPECT_EQ(type_before(Softmax{3}, -1), isa::DataType::kI8);
  EXPECT_EQ(type_before(Softmax{3}, -3.4e38F), isa::DataType::kF32);
  EXPECT_EQ(type_before(LayerNorm{3, 1e-5F}, -1), isa::DataType::kF32) << "sums that a norm reads";
  EXPECT_EQ(type_before(Unary{UnaryFunction::kTanh, 0, 0}, -3), isa::DataType::kI8);
  EXPECT_EQ(type_before(Unary{UnaryFunction::kReciprocal, 0, 0}, -3), isa::DataType::kF32);
}

/// Two functions in float side by side, turned, for a convolution.
TEST(Quantise, MovesBytesWhereOnlyBytesAreRead) {
  Graph graph;
  const auto ranged = [&](Attributes attributes, std::vector<ValueId> inputs, const char* name, const Shape& shape) {
    const ValueId id = graph.add_node({name, "", std::move(attributes), std::move(inputs), {}, {}}, name, shape);
    graph.value(id).calibration = Quantisation{2, false};
    return id;
  };
  const ValueId x = graph.add_value({"x", {1, 4, 6, 5}, isa::DataType::kF32, {}, {}, Quantisation{2, false}});
  graph.inputs = {x};
  const ValueId a = ranged(Unary{UnaryFunction::kTanh}, {x}, "a", {1, 4, 6, 5}),
                b = ranged(Unary{UnaryFunction::kAbs}, {x}, "b", {1, 4, 6, 5});
  const ValueId both = ranged(Concat{1}, {a, b}, "both", {1, 8, 6, 5});
  const ValueId turned = ranged(Permute{{0, 1, 3, 2}}, {both}, "turned", {1, 8, 5, 6});
  const ValueId read_as_float = ranged(Permute{{0, 1, 3, 2}}, {b}, "read_as_float", {1, 4, 5, 6});
  const ValueId weights = graph.add_constant("w", {3, 8, 1, 1}, std::vector<float>(24, 0.5F));
  graph.outputs = {ranged(Conv{}, {turned, weights}, "y", {1, 3, 5, 6}),
                   ranged(Softmax{3}, {read_as_float}, "z", {1, 4, 5, 6})};
  quantise(graph, {});
  const auto type = [&](ValueId id) { return graph.value(id).type; };
  EXPECT_EQ(type(a), isa::DataType::kF32);
  EXPECT_EQ(type(both), isa::DataType::kI8);
  EXPECT_EQ(type(turned), isa::DataType::kI8);
  EXPECT_EQ(type(read_as_float), isa::DataType::kF32);
  EXPECT_EQ(graph.value(turned).quantisation->threshold, 2);
}

TEST(FloatType, KeepsCountsWideAndLimitsFinite) {
  Graph g;
  g.name = "counts";
  const auto add = [&](const char* name, Attributes attributes, std::vector<ValueId> inputs) {
    return g.add_node({name, "Test", std::move(attributes), std::move(inputs), {}, {}}, name, {1, 4});
  };
  g.inputs = {g.add_value({"ids", {1, 4}, isa::DataType::kI32, nullptr, {}, {}})};
  const ValueId count = add("count", Cast{}, {g.inputs[0]});
  g.value(count).is_exact = true;
  const ValueId same = add("same", Binary{BinaryFunction::kEqual, {}}, {count, g.add_constant("k", {1, 1}, {3001})});
  g.outputs = {add("mask", Unary{UnaryFunction::kAffine, -3.4e38F, 0}, {same})};
  set_float_type(g, isa::DataType::kF16);
  EXPECT_EQ(first_inconsistency(g), "");
  EXPECT_EQ(g.value(count).type, isa::DataType::kF32);
  EXPECT_EQ(g.value(same).type, isa::DataType::kF32);
  const auto mask =
      std::find_if(g.nodes.begin(), g.nodes.end(), [](const Node& node) { return node.op() == Op::kUnary; });
  EXPECT_EQ(mask->as<Unary>().alpha, -65504.0F);
  EXPECT_EQ(g.output(*mask).type, isa::DataType::kF16);
}

TEST(FloatType, ALimitThatKeepsFromDividingByZeroDoesNotBecomeZero) {
  for (const float limit : {1e-12F, 0.0F, 0.5F}) {
    Graph g;
    g.name = "limited";
    g.inputs = {g.add_value({"x", {1, 4}, isa::DataType::kF32, nullptr, {}, {}})};
    g.outputs = {g.add_node({"y", "Clip", Unary{UnaryFunction::kClip, limit, 9}, {g.inputs[0]}, {}, {}}, "y", {1, 4})};
    set_float_type(g, isa::DataType::kF16);
    const auto clip =
        std::find_if(g.nodes.begin(), g.nodes.end(), [](const Node& node) { return node.op() == Op::kUnary; });
    ASSERT_NE(clip, g.nodes.end());
    EXPECT_EQ(clip->as<Unary>().alpha, limit == 1e-12F ? 0x1p-14F : limit);
  }
}

TEST(FloatType, IsOneForAllButInputsOutputsAndBiases) {
  Network n = network();
  set_float_type(n.graph, isa::DataType::kF16);
  EXPECT_EQ(first_inconsistency(n.graph), "");
  EXPECT_EQ(n.graph.value(n.graph.inputs[0]).type, isa::DataType::kF32);
  EXPECT_EQ(n.graph.value(n.graph.outputs[0]).name, "f");
  EXPECT_EQ(n.graph.value(n.graph.outputs[0]).type, isa::DataType::kF32);
  for (const Value& value : n.graph.values) {
    if (value.name == "ba") {
      EXPECT_EQ(value.type, isa::DataType::kF32);
    }
    if (value.name == "wa" || value.name == "c") {
      EXPECT_EQ(value.type, isa::DataType::kF16);
    }
  }
}

}  // namespace
}  // namespace bmemu::kernels
