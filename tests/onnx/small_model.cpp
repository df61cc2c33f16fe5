// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/onnx/small_model.h"

#include <cmath>
#include <fstream>

namespace bmemu::tests {

void add_port(onnx::ValueInfoProto& info, const std::string& name, const std::vector<int>& shape) {
  info.set_name(name);
  info.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  for (const int size : shape)
    info.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(size);
}

void add_weights(onnx::GraphProto& graph, const std::string& name, const std::vector<int>& shape) {
  auto& weights = *graph.add_initializer();
  weights.set_name(name);
  weights.set_data_type(onnx::TensorProto::FLOAT);
  int count = 1;
  for (const int size : shape) {
    weights.add_dims(size);
    count *= size;
  }
  for (int i = 0; i < count; ++i) weights.add_float_data(static_cast<float>(std::sin(i * 1.7)) * 0.4F);
}

onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& op, const std::vector<std::string>& inputs,
                          const std::string& output) {
  auto& node = *graph.add_node();
  node.set_op_type(op);
  node.set_name(output);
  for (const auto& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

namespace {

void add_convolution(onnx::GraphProto& graph, const std::string& name, const std::string& input, int channels,
                     int kernel, const std::string& output) {
  add_weights(graph, name + ".w", {32, channels, kernel, kernel});
  auto& pads = *add_node(graph, "Conv", {input, name + ".w"}, name).add_attribute();
  pads.set_name("pads");
  pads.set_type(onnx::AttributeProto::INTS);
  for (int i = 0; i < 4; ++i) pads.add_ints(kernel / 2);
  add_node(graph, "Relu", {name}, output);
}

}  // namespace

void write_small_model(const std::string& path, int kernel) {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(13);
  auto& graph = *model.mutable_graph();
  graph.set_name("small");
  add_port(*graph.add_input(), "x", {1, 3, 32, 40});
  add_port(*graph.add_output(), "y", {1, 32, 32, 40});
  add_convolution(graph, "c1", "x", 3, 3, "r1");
  add_convolution(graph, "c2", "r1", 32, kernel, "y");
  std::ofstream file(path, std::ios::binary);
  model.SerializeToOstream(&file);
}

}  // namespace bmemu::tests
