// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Small models, for tests of commands that take models.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace bmemu::tests {

/// Parts of small models: an input or output of f32, an initializer of some numbers within 0.4, a node named as its
/// output.
void add_port(onnx::ValueInfoProto& info, const std::string& name, const std::vector<int>& shape);
void add_weights(onnx::GraphProto& graph, const std::string& name, const std::vector<int>& shape);
onnx::NodeProto& add_node(onnx::GraphProto& graph, const std::string& op, const std::vector<std::string>& inputs,
                          const std::string& output);

/// x (1, 3, 32, 40) -> convolution 3 x 3 to 32 channels, relu -> convolution `kernel` x `kernel` to 32 channels, relu
/// -> y.
void write_small_model(const std::string& path, int kernel);

}  // namespace bmemu::tests
