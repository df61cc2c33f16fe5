// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Models that cannot be imported: one error each, which says where and why.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "isa/error.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/graph/reference/reference.h"
#include "tests/error_of.h"
#include "tests/folders.h"

namespace bmemu::kernels {
namespace {

void add_info(onnx::ValueInfoProto& info, const std::string& name, const std::vector<std::int64_t>& shape) {
  info.set_name(name);
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const auto size : shape) type.mutable_shape()->add_dim()->set_dim_value(size);
}

void add_node(onnx::ModelProto& model, const std::string& op, const std::vector<std::string>& inputs,
              const std::string& output) {
  auto& node = *model.mutable_graph()->add_node();
  node.set_op_type(op);
  node.set_name("node_" + output);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(output);
}

/// x (1, 3) -> nodes of the test -> y.
onnx::ModelProto model_of(const std::vector<std::int64_t>& shape = {1, 3}) {
  onnx::ModelProto model;
  model.add_opset_import()->set_version(17);
  model.mutable_graph()->set_name("small");
  add_info(*model.mutable_graph()->add_input(), "x", shape);
  model.mutable_graph()->add_output()->set_name("y");
  return model;
}

std::string message_of(const onnx::ModelProto& model) {
  try {
    import_onnx(model, "small.onnx");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(OnnxImportErrors, ListEveryNodeThatIsNotSupportedWithTheReason) {
  onnx::ModelProto model = model_of();
  add_node(model, "Frobnicate", {"x"}, "a");
  add_node(model, "Relu", {"a"}, "b");
  add_node(model, "Reshape", {"x", "x"}, "c");
  add_node(model, "Add", {"b", "c"}, "y");
  const std::string message = message_of(model);
  EXPECT_NE(message.find("E-ONNX-UNSUPPORTED"), std::string::npos) << message;
  EXPECT_NE(message.find("node_a (Frobnicate): operator not supported"), std::string::npos) << message;
  EXPECT_NE(message.find("node_c (Reshape): shape is not constant (x)"), std::string::npos) << message;
  EXPECT_NE(message.find("2 of 4 nodes"), std::string::npos) << message;
  EXPECT_EQ(message.find("node_b"), std::string::npos) << message;
}

TEST(OnnxImportErrors, NameWhatNothingComputes) {
  onnx::ModelProto model = model_of();
  add_node(model, "Add", {"x", "nowhere"}, "y");
  EXPECT_EQ(error_of([&] { import_onnx(model, "m"); }), "E-ONNX-GRAPH");
  onnx::ModelProto no_output = model_of();
  EXPECT_EQ(error_of([&] { import_onnx(no_output, "m"); }), "E-ONNX-GRAPH");
}

TEST(OnnxImportErrors, OpenDimensionsBehindTheFirstAreRefused) {
  onnx::ModelProto model = model_of({1, 0});
  add_node(model, "Relu", {"x"}, "y");
  EXPECT_EQ(error_of([&] { import_onnx(model, "m"); }), "E-ONNX-SHAPE");
}

TEST(OnnxImportErrors, OperatorSetsThatAreNotKnownAreRefused) {
  for (const auto& [opset, id] :
       {std::pair{0, "E-ONNX-OPSET"}, {1, "no error"}, {26, "no error"}, {27, "E-ONNX-OPSET"}}) {
    onnx::ModelProto model = model_of();
    model.mutable_opset_import(0)->set_version(opset);
    add_node(model, "Relu", {"x"}, "y");
    EXPECT_EQ(error_of([&] { import_onnx(model, "m"); }), id) << opset;
  }
}

/// x (1, 1, 4) -> a pool with this list -> y.
std::string pool_message(const std::string& attribute, const std::vector<std::int64_t>& list) {
  onnx::ModelProto model = model_of({1, 1, 4});
  add_node(model, "MaxPool", {"x"}, "y");
  auto& node = *model.mutable_graph()->mutable_node(0);
  const auto add = [&](const std::string& key, const std::vector<std::int64_t>& numbers) {
    auto& added = *node.add_attribute();
    added.set_name(key);
    added.set_type(onnx::AttributeProto::INTS);
    for (const auto number : numbers) added.add_ints(number);
  };
  if (attribute != "kernel_shape") add("kernel_shape", {2});
  add(attribute, list);
  return message_of(model);
}

TEST(OnnxImportErrors, WindowsThatAreNoneNameTheNumberAndItsRange) {
  EXPECT_NE(pool_message("pads", {-1, 0}).find("node_y (MaxPool): padding -1; 0 or more is possible"),
            std::string::npos);
  EXPECT_NE(pool_message("strides", {0}).find("stride 0; 1 or more"), std::string::npos);
  EXPECT_NE(pool_message("kernel_shape", {7}).find("a window of 7 along dimension 2; with its padding it has 4"),
            std::string::npos);
  const std::int64_t huge = std::int64_t{1} << 40;
  EXPECT_NE(pool_message("strides", {huge}).find("stride 1099511627776; at most 1073741824 is possible"),
            std::string::npos);
  EXPECT_NE(pool_message("pads", {0, huge}).find("padding 1099511627776; at most"), std::string::npos);
  EXPECT_EQ(pool_message("pads", {1, 1}), "no error");
}

TEST(OnnxImportErrors, NegativeDimensionsAreNamed) {
  const std::string message = message_of(model_of({1, -3}));
  EXPECT_NE(message.find("E-ONNX-SHAPE"), std::string::npos) << message;
  EXPECT_NE(message.find("x, dimension 1: -3"), std::string::npos) << message;
}

void add_numbers(onnx::ModelProto& model, const std::string& name, const std::vector<std::int64_t>& numbers) {
  auto& tensor = *model.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(numbers.size()));
  for (const auto number : numbers) tensor.add_int64_data(number);
}

/// y = op(x, numbers), x of shape (1, 3).
std::string message_with(const std::string& op, const std::vector<std::int64_t>& numbers) {
  onnx::ModelProto model = model_of();
  add_numbers(model, "numbers", numbers);
  add_node(model, op, {"x", "numbers"}, "y");
  return message_of(model);
}

TEST(OnnxImportErrors, TensorsThatNoCommandCanAddressAreRefusedBeforeTheyAreMade) {
  const std::int64_t large = std::int64_t{1} << 31;
  for (const auto& [op, numbers] : {std::pair<const char*, std::vector<std::int64_t>>{"Expand", {large, 3}},
                                    {"Tile", {large, 1}},
                                    {"Tile", {std::int64_t{1} << 62, 8}},
                                    {"Pad", {0, 0, large / 2, large / 2}}}) {
    const std::string message = message_with(op, numbers);
    EXPECT_NE(message.find("E-KERNELS-MEMORY"), std::string::npos) << message;
    EXPECT_NE(message.find("tensor y"), std::string::npos) << message;
    EXPECT_NE(message.find("at most 4294967295 elements"), std::string::npos) << message;
  }
  EXPECT_NE(message_with("Pad", {0, 0, 0, std::int64_t{1} << 62}).find("padding 2147483647; at most 1073741824"),
            std::string::npos);
  EXPECT_EQ(message_with("Expand", {4, 3}), "no error");
  onnx::ModelProto filled = model_of();
  add_numbers(filled, "shape", {large, large});
  add_node(filled, "ConstantOfShape", {"shape"}, "zeros");
  add_node(filled, "Add", {"x", "zeros"}, "y");
  EXPECT_NE(message_of(filled).find("tensor zeros"), std::string::npos);
}

TEST(OnnxImportErrors, MoreStepsThanAreUnrolledAreNamed) {
  onnx::ModelProto model = model_of({20000, 1, 4});
  add_info(*model.mutable_graph()->add_input(), "w", {1, 4, 4});
  add_node(model, "RNN", {"x", "w", "w"}, "y");
  EXPECT_NE(message_of(model).find("20000 steps; at most 16384 are unrolled"), std::string::npos) << message_of(model);
}

/// What tables call tensors: after the ONNX output and the part in it, whatever stands elsewhere in the model.
TEST(OnnxImport, NamesOfInnerTensorsDependOnTheirNodeAlone) {
  const auto names = [](bool has_others) {
    onnx::ModelProto model = model_of({1, 4});
    if (has_others) {
      add_node(model, "Softsign", {"x"}, "other");
      add_node(model, "Selu", {"other"}, "another");
      model.mutable_graph()->add_output()->set_name("another");
    }
    add_node(model, "Softsign", {"x"}, "a");
    add_node(model, "ReduceLogSumExp", {"a"}, "b");
    add_node(model, "Selu", {"b"}, "y");
    const Graph graph = import_onnx(model, "m");
    std::set<std::string> found;
    for (const Node& node : graph.nodes) found.insert(graph.output(node).name);
    return found;
  };
  const std::set<std::string> alone = names(false), beside = names(true);
  EXPECT_GT(alone.size(), 5U);
  EXPECT_GT(beside.size(), alone.size());
  for (const std::string& name : alone) {
    EXPECT_EQ(beside.count(name), 1U) << name;
    EXPECT_EQ(name.find("Unary"), std::string::npos) << name;
  }
}

TEST(OnnxImport, WhatNoOutputNeedsMayBeUnknown) {
  onnx::ModelProto model = model_of();
  add_node(model, "Frobnicate", {"x"}, "a");
  add_node(model, "Relu", {"a"}, "b");
  add_node(model, "Relu", {"x"}, "y");
  EXPECT_EQ(import_onnx(model, "m").nodes.size(), 1U);
}

/// y = x of one branch, -x of the other.
onnx::ModelProto branches(const std::string& condition) {
  onnx::ModelProto model = model_of();
  auto& truth = *model.mutable_graph()->add_initializer();
  truth.set_name("no");
  truth.set_data_type(onnx::TensorProto::BOOL);
  truth.add_int32_data(0);
  add_node(model, "If", {condition}, "y");
  for (const auto& [name, op] : {std::pair{"then_branch", "Frobnicate"}, {"else_branch", "Neg"}}) {
    auto& attribute = *model.mutable_graph()->mutable_node(0)->add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::GRAPH);
    auto& node = *attribute.mutable_g()->add_node();
    node.set_op_type(op);
    node.add_input("x");
    node.add_output(std::string("of_") + op);
    attribute.mutable_g()->add_output()->set_name(node.output(0));
  }
  return model;
}

TEST(OnnxImport, AConstantConditionChoosesItsBranch) {
  const auto outputs = reference::run<float>(import_onnx(branches("no"), "m"), {{{1, 3}, {1, 2, 3}}});
  EXPECT_EQ(outputs[0].data, (std::vector<float>{-1, -2, -3}));
  const std::string message = message_of(branches("x"));  // both are computed then
  EXPECT_NE(message.find("of_Frobnicate (Frobnicate): operator not supported"), std::string::npos) << message;
}

TEST(OnnxImport, ANetworkIsNamedAfterItsFile) {
  const auto folder = std::filesystem::path(tests::binary_dir()) / "onnx_import_errors";
  std::filesystem::create_directories(folder);
  onnx::ModelProto model = model_of();
  add_node(model, "Relu", {"x"}, "y");
  const auto path = (folder / "face.v2.onnx").string();
  std::ofstream(path, std::ios::binary) << model.SerializeAsString();
  EXPECT_EQ(import_onnx_file(path).name, "face.v2");
}

TEST(OnnxImportErrors, AFileThatIsNoModelIsRefused) {
  const auto folder = std::filesystem::path(tests::binary_dir()) / "onnx_import_errors";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "no.onnx") << "no model";
  EXPECT_EQ(error_of([&] { load_onnx((folder / "no.onnx").string()); }), "E-ONNX-PARSE");
  EXPECT_EQ(error_of([&] { load_onnx((folder / "missing.onnx").string()); }), "E-FILE-OPEN");
}

TEST(OnnxImportErrors, ExternalDataStaysInTheModelsFolder) {
  const auto folder = std::filesystem::path(tests::binary_dir()) / "onnx_import_errors";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "weights.bin") << "12345678";
  const auto error_with = [&](const std::string& location, const std::string& offset) {
    onnx::ModelProto model = model_of();
    auto& weights = *model.mutable_graph()->add_initializer();
    weights.set_name("w");
    weights.set_data_type(onnx::TensorProto::FLOAT);
    weights.add_dims(1);
    weights.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] :
         {std::pair{std::string("location"), location}, {"offset", offset}, {"length", "4"}}) {
      auto& entry = *weights.add_external_data();
      entry.set_key(key);
      entry.set_value(value);
    }
    const auto path = (folder / "external.onnx").string();
    std::ofstream file(path, std::ios::binary);
    model.SerializeToOstream(&file);
    file.close();
    return error_of([&] { load_onnx(path); });
  };
  EXPECT_EQ(error_with("weights.bin", "4"), "no error");
  EXPECT_EQ(error_with("weights.bin", "5"), "E-ONNX-DATA");
  EXPECT_EQ(error_with("../weights.bin", "0"), "E-ONNX-DATA");
  EXPECT_EQ(error_with("weights.bin", "four"), "E-ONNX-DATA");
}

TEST(OnnxImport, TheBatchIsTheModelsOrTheOneAskedFor) {
  onnx::ModelProto model = model_of({2, 3});
  add_node(model, "Relu", {"x"}, "y");
  EXPECT_EQ(import_onnx(model, "m").values.front().shape, (Shape{2, 3}));
  EXPECT_EQ(import_onnx(model, "m", {4, {}}).values.front().shape, (Shape{4, 3}));
}

TEST(Reference, RefusesInputsOfAnotherSize) {
  onnx::ModelProto model = model_of();
  add_node(model, "Relu", {"x"}, "y");
  const Graph graph = import_onnx(model, "m");
  EXPECT_EQ(error_of([&] { reference::run<float>(graph, {}); }), "E-GRAPH-INPUT");
  EXPECT_EQ(error_of([&] { reference::run<float>(graph, {{{1, 2}, {1, 2}}}); }), "E-GRAPH-INPUT");
  EXPECT_EQ(reference::run<float>(graph, {{{1, 3}, {-1, 2, -3}}})[0].data, (std::vector<float>{0, 2, 0}));
}

}  // namespace
}  // namespace bmemu::kernels
