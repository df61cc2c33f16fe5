// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of a model, and what cannot be known of graphs inside of nodes. Their values are judged by
// tests/data/models/control_flow.txt.
#include <gtest/gtest.h>
#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <string>

#include "isa/error.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/graph/reference/reference.h"

namespace bmemu::tests {
namespace {

onnx::ModelProto parsed(const std::string& text) {
  onnx::ModelProto model;
  onnx::OnnxParser parser(text.c_str());
  const auto status = parser.Parse(model);
  EXPECT_TRUE(status.IsOK()) << status.ErrorMessage();
  return model;
}

std::vector<float> results_of(const onnx::ModelProto& model, const std::vector<float>& x) {
  const auto size = static_cast<std::int64_t>(x.size());
  return kernels::reference::run<float>(kernels::import_onnx(model, "model"), {{{1, size}, x}}).at(0).data;
}

std::string message_of(const std::string& text) {
  try {
    kernels::import_onnx(parsed(text), "model");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Two calls of leaky, which calls opposite, whose inner name is a name of the model too.
onnx::ModelProto with_functions() {
  onnx::ModelProto model = parsed(R"(
    <ir_version: 8, opset_import: ["" : 17, "own" : 1]>
    m (float[1,2] x) => (float[1,2] y) { t = own.leaky (x) y = own.leaky (t) }
    <domain: "own", opset_import: ["" : 17, "own" : 1]>
    leaky <slope> (X, unused) => (Y) { t = LeakyRelu (X) Y = own.opposite (t) }
    <domain: "own", opset_import: ["" : 17]>
    opposite (X) => (Y) { Y = Neg (X) })");
  auto& attribute = *model.mutable_functions(0)->mutable_node(0)->add_attribute();
  attribute.set_name("alpha");
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_ref_attr_name("slope");
  return model;
}

void set_slope(onnx::AttributeProto& attribute, float slope) {
  attribute.set_name("slope");
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(slope);
}

TEST(InnerGraphs, FunctionsAreTheirNodesWithTheAttributesOfTheCall) {
  onnx::ModelProto model = with_functions();
  for (auto& node : *model.mutable_graph()->mutable_node()) set_slope(*node.add_attribute(), 0.5F);
  // -leaky(4) = -4, -leaky(-4) = 2; and of -2: 1, -1.
  EXPECT_EQ(results_of(model, {4, -2}), (std::vector<float>{2, -1}));
}

TEST(InnerGraphs, WhatACallLeavesOutIsWhatTheFunctionSaysOrTheOperator) {
  EXPECT_EQ(results_of(with_functions(), {400, -2}), (std::vector<float>{4, -0.02F}));
  onnx::ModelProto model = with_functions();
  onnx::AttributeProto usual;
  set_slope(usual, 0.25F);
  auto& function = *model.mutable_functions(0);
  function.GetReflection()->MutableUnknownFields(&function)->AddLengthDelimited(11, usual.SerializeAsString());
  EXPECT_EQ(results_of(model, {4, -2}), (std::vector<float>{1, -0.5F}));
}

TEST(InnerGraphs, AFunctionThatCallsItselfIsRefused) {
  EXPECT_NE(message_of(R"(<ir_version: 8, opset_import: ["" : 17, "own" : 1]>
    m (float[1,2] x) => (float[1,2] y) { y = own.endless (x) }
    <domain: "own", opset_import: ["" : 17, "own" : 1]> endless (X) => (Y) { Y = own.endless (X) })")
                .find("a function that calls itself"),
            std::string::npos);
}

TEST(InnerGraphs, HowOftenALoopRunsMustBeKnown) {
  const std::string head = "<ir_version: 8, opset_import: [\"\" : 17]> m (float[1,2] x, int64 n) => (float[1,2] y) ";
  const std::string body =
      "<body = b (int64 i, bool c, float[1,2] v) => (bool c2, float[1,2] w) { c2 = Identity (c) w = Neg (v) }>";
  EXPECT_NE(message_of(head + "{ y = Loop (n, , x) " + body + " }").find("the number of runs is not constant (n)"),
            std::string::npos);
  EXPECT_NE(
      message_of(head + "<int64 many = {20000}> { y = Loop (many, , x) " + body + " }").find("more than 10000 runs"),
      std::string::npos);
}

TEST(InnerGraphs, LoopsInLoopsHaveAnEnd) {
  EXPECT_NE(message_of(R"(<ir_version: 8, opset_import: ["" : 17]>
    m (float[1,2] x) => (float[1,2] y) <int64 many = {9000}, bool yes = {1}> {
      y = Loop (many, yes, x) <body = b (int64 i, bool c, float[1,2] v) => (bool c2, float[1,2] w) {
        c2 = Identity (c)
        w = Loop (many, yes, v) <body = d (int64 j, bool e, float[1,2] s) => (bool e2, float[1,2] t) {
          e2 = Identity (e)
          t = Identity (s)
        }>
      }>
    })")
                .find("more than 500000 nodes"),
            std::string::npos);
}

TEST(InnerGraphs, ASequenceIsNoTensor) {
  const std::string head =
      "<ir_version: 8, opset_import: [\"\" : 17]> m (float[1,2] x) => (float[1,2] y) "
      "<int64 two = {2}> { s = SequenceConstruct (x, x) ";
  EXPECT_NE(message_of(head + "y = Relu (s) }").find("input 0 is a sequence"), std::string::npos);
  EXPECT_NE(message_of(head + "y = SequenceAt (x, two) }").find("input 0 is no sequence"), std::string::npos);
  EXPECT_NE(message_of(head + "y = SequenceAt (s, two) }").find("position 2 of a sequence of 2"), std::string::npos);
  EXPECT_NE(message_of(head + "y = Identity (s) }").find("an output is a sequence"), std::string::npos);
}

TEST(InnerGraphs, ABranchThatIsChosenByDataHasTheOthersShape) {
  EXPECT_NE(message_of(R"(<ir_version: 8, opset_import: ["" : 17]>
    m (float[1,2] x, bool c) => (float[1,2] y) {
      y = If (c) <then_branch = t () => (float[1,2] a) { a = Neg (x) },
                  else_branch = e () => (float[1,4] b) { b = Concat <axis = 1> (x, x) }>
    })")
                .find("a condition that is not constant (c) chooses between shapes 1x2 and 1x4"),
            std::string::npos);
}

}  // namespace
}  // namespace bmemu::tests
