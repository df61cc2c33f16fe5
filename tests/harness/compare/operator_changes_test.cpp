// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What changed in one operator, told from its shapes, windows and surroundings.
#include "harness/compare/match/operator_changes.h"

#include <gtest/gtest.h>

#include "harness/compare/match/ports.h"
#include "harness/compare/match/structure_changes.h"

namespace bmemu::harness {
namespace {

using Shape = std::vector<std::uint64_t>;

NetworkTensor tensor(const Shape& shape, const std::string& type = "si8") {
  NetworkTensor result;
  result.name = "t";
  result.shape = shape;
  result.type = type;
  return result;
}

NetworkOperator op_of(const std::string& kind, const Shape& operand, const Shape& result,
                      const std::string& type = "si8") {
  NetworkOperator op;
  op.name = "x";
  op.kind = kind;
  op.operands = {tensor(operand, type)};
  op.results = {tensor(result, type)};
  return op;
}

NetworkOperator convolution(const Shape& operand, const Shape& result, std::uint64_t weights, const std::string& kernel,
                            const std::string& window = "conv.normal") {
  NetworkOperator op = op_of("Conv2D", operand, result);
  op.operands.push_back(tensor({weights}));
  op.kernel = kernel;
  op.window = window;
  op.padding = "1,1,1,1";
  return op;
}

std::string change(const NetworkOperator& a, const NetworkOperator& b, const GlobalChanges& global = {}) {
  const auto found = pair_change(a, {}, b, {}, global);
  return found ? found->change : "";
}

TEST(OperatorChanges, WindowsOfPoolsAreSeen) {
  NetworkOperator a = op_of("Pool2D", {1, 8, 16, 16}, {1, 8, 16, 16});
  NetworkOperator b = a;
  a.kernel = "3x3 stride 1x1";
  b.kernel = "5x5 stride 1x1";
  EXPECT_EQ(change(a, b), "pool_kernel");
  EXPECT_EQ(change(a, a), "");
  GlobalChanges resized;
  resized.size = true;
  EXPECT_EQ(change(a, b, resized), "") << "a window that follows the input is no change of its own";
  for (NetworkOperator* op : {&a, &b}) op->results = {tensor({1, 8})};
  EXPECT_EQ(change(a, b), "") << "a global pool may be computed in whatever windows";
}

TEST(OperatorChanges, GroupsAreSeenWhereWeightsAreAsLarge) {
  NetworkOperator a = convolution({1, 64, 8, 8}, {1, 64, 8, 8}, 4096, "3x3 stride 1x1");
  NetworkOperator b = a;
  a.groups = 8;
  b.groups = 2;
  EXPECT_EQ(change(a, b), "group_conv");
  b.groups = 0;
  EXPECT_EQ(change(a, b), "") << "commands that do not tell";
}

TEST(OperatorChanges, AStemComputedByTheDepthwiseOperationIsNoDepthwiseConvolution) {
  const NetworkOperator stem = convolution({1, 3, 32, 32}, {1, 24, 16, 16}, 700, "3x3 stride 2x2", "pord.depthwise");
  const NetworkOperator dense = convolution({1, 3, 32, 32}, {1, 24, 16, 16}, 2000, "3x3 stride 2x2");
  EXPECT_NE(change(stem, dense), "depthwise_to_dense");
  const NetworkOperator depthwise =
      convolution({1, 24, 16, 16}, {1, 24, 16, 16}, 216, "3x3 stride 1x1", "pord.depthwise");
  const NetworkOperator spread = convolution({1, 24, 16, 16}, {1, 24, 16, 16}, 5184, "3x3 stride 1x1");
  EXPECT_EQ(change(depthwise, spread), "depthwise_to_dense");
}

TEST(OperatorChanges, KernelsOfOtherSizeGrowTheWeightsAlike) {
  const auto three = convolution({1, 16, 8, 8}, {1, 16, 8, 8}, 16 * 16 * 9, "3x3 stride 1x1");
  EXPECT_EQ(change(three, convolution({1, 16, 8, 8}, {1, 16, 8, 8}, 16 * 16 * 25, "5x5 stride 1x1")), "kernel_size");
  EXPECT_EQ(change(three, convolution({1, 16, 8, 8}, {1, 16, 8, 8}, 16 * 16 * 16, "4x4 stride 1x1")), "winograd_off");
}

TEST(OperatorChanges, TheWidthOfTokensIsTheirChannels) {
  const auto product = [](std::uint64_t in, std::uint64_t out) {
    return op_of("MatMul", {1, 48, in}, {1, 48, out}, "f16");
  };
  EXPECT_EQ(change(product(128, 256), product(128, 512)), "channels");
  EXPECT_EQ(change(product(256, 128), product(512, 128)), "channels") << "it sums over more columns";
  EXPECT_EQ(change(op_of("Active", {1, 48, 256}, {1, 48, 256}), op_of("Active", {1, 48, 512}, {1, 48, 512})),
            "channels");
  EXPECT_EQ(change(op_of("Conv2D", {1, 48, 256}, {1, 48, 256}), op_of("Conv2D", {1, 48, 512}, {1, 48, 512})), "")
      << "the last dimension of a signal is its time";
  GlobalChanges longer;
  longer.size = true;
  EXPECT_EQ(change(product(128, 256), product(128, 512), longer), "");
}

TEST(OperatorChanges, PixelsFromChannelsAreAnUpsampling) {
  const auto shuffle = op_of("Depth2Space", {1, 48, 8, 8}, {1, 3, 32, 32});
  const auto bilinear = op_of("Interp", {1, 3, 8, 8}, {1, 3, 32, 32});
  EXPECT_EQ(change(shuffle, bilinear), "upsample_kind");
  EXPECT_FALSE(is_upsampling(op_of("Depth2Space", {1, 3, 32, 32}, {1, 48, 8, 8}))) << "the other way round";
}

std::string alone(const NetworkOperator& op, bool at_input) {
  UnpairedPlace place;
  place.at_input = at_input;
  return unpaired_change(op, {}, place);
}

TEST(OperatorChanges, AScalingAtTheInputIsOneOfTheInput) {
  const auto scale = convolution({1, 3, 32, 32}, {1, 3, 32, 32}, 3, "1x1 stride 1x1", "pord.depthwise");
  EXPECT_EQ(alone(scale, true), "input_scaling");
  EXPECT_EQ(alone(scale, false), "unfused_bn");
  for (const char* kind : {"SubConst", "MulShift", "Binary"})
    EXPECT_EQ(alone(op_of(kind, {1, 3, 8, 8}, {1, 3, 8, 8}), true), "input_scaling") << kind;
}

TEST(OperatorChanges, AConvolutionThatOneSideHasIsALayerMore) {
  const auto depthwise = convolution({1, 64, 28, 28}, {1, 64, 28, 28}, 64 * 9, "3x3 stride 1x1", "pord.depthwise");
  const auto dense = convolution({1, 64, 28, 28}, {1, 64, 28, 28}, 64 * 576, "3x3 stride 1x1", "conv.normal");
  for (const auto& op : {depthwise, dense}) {
    EXPECT_EQ(alone(op, false), "");
    EXPECT_EQ(lone_change(op), "layer_count");
  }
  const auto gate = convolution({1, 64, 1, 1}, {1, 64, 1, 1}, 64 * 64, "1x1 stride 1x1", "conv.normal");
  EXPECT_EQ(alone(gate, false), "") << "no map to be scaled";
  const auto point = convolution({1, 64, 9, 9}, {1, 64, 9, 9}, 64 * 64, "1x1 stride 1x1", "conv.normal");
  EXPECT_EQ(alone(point, false), "unfused_bn") << "the vendor's compiler spreads scales out";
  Network ours;
  ours.compiler = "bmemu";
  EXPECT_EQ(unpaired_change(point, ours, {}), "");
}

TEST(OperatorChanges, OtherStepsOfAWindowAreAStride) {
  const auto two = convolution({1, 64, 28, 28}, {1, 64, 14, 14}, 64 * 576, "3x3 stride 2x2", "conv.normal");
  const auto one = convolution({1, 64, 28, 28}, {1, 64, 28, 28}, 64 * 576, "3x3 stride 1x1", "conv.normal");
  EXPECT_EQ(change(two, one), "stride");
  EXPECT_EQ(change(one, one), "");
  const auto whole = convolution({1, 64, 1, 1}, {1, 64, 1, 1}, 64 * 64, "1x1 stride 2x2", "conv.normal");
  const auto point = convolution({1, 64, 1, 1}, {1, 64, 1, 1}, 64 * 64, "1x1 stride 1x1", "conv.normal");
  EXPECT_EQ(change(whole, point), "") << "the same result";
}

TEST(OperatorChanges, ABytesScaleBetweenTwoOperatorsIsARequant) {
  NetworkOperator shift = op_of("MulShift", {1, 8, 4, 4}, {1, 8, 4, 4});
  shift.name = "/a/Conv_output_0_to_/Concat_output_0_Concat";
  EXPECT_EQ(alone(shift, false), "") << "what makes the tensor decides";
  EXPECT_EQ(lone_change(shift), "requant");
  shift.name = "/a/Mul_output_0_Mul";
  EXPECT_EQ(lone_change(shift), "") << "of the network";
}

TEST(OutputChanges, DimensionsInAnotherOrderArePermuted) {
  Network a;
  a.outputs = {{"y", "f32", {1, 40, 64}}, {"z", "f32", {1, 4}}};
  Network b = a;
  EXPECT_TRUE(permuted_outputs(a, b).empty());
  b.outputs[0].shape = {40, 1, 64};
  EXPECT_EQ(permuted_outputs(a, b), std::vector<std::size_t>{0});
  b.outputs[0].shape = {1, 40, 32};
  EXPECT_TRUE(permuted_outputs(a, b).empty()) << "another size";
}

/// A cast and a convolution behind it.
Network small_network(bool is_cast_local, std::uint32_t slices) {
  Network network;
  NetworkOperator cast = op_of("Cast", {1, 3, 8, 8}, {1, 3, 8, 8});
  cast.name = "cast";
  cast.results.front().is_local = is_cast_local;
  NetworkOperator conv = convolution({1, 3, 8, 8}, {1, 8, 8, 8}, 216, "3x3 stride 1x1");
  conv.slices = slices;
  network.operators = {cast, conv};
  return network;
}

std::string structure_of(const Network& a, const Network& b) {
  Structure structure;
  structure.units.emplace_back();
  structure.units.back().op = 1;
  const Alignment alignment{{0}, {0}};
  const auto found = structure_change(a, structure, b, structure, alignment);
  return found ? found->change : "";
}

TEST(StructureChanges, ACastThatLeavesItsGroupCutsIt) {
  EXPECT_EQ(structure_of(small_network(true, 1), small_network(true, 1)), "");
  EXPECT_EQ(structure_of(small_network(true, 1), small_network(false, 1)), "group_cut");
  EXPECT_EQ(structure_of(small_network(true, 1), small_network(true, 4)), "opt_level") << "other slices";
}

}  // namespace
}  // namespace bmemu::harness
