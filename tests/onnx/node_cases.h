// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The ONNX project's backend tests: a folder each, with a model, inputs and outputs.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "kernels/graph/reference/reference.h"

namespace bmemu::tests {

/// A tensor of a test's data set.
struct NamedTensor {
  std::string name;
  kernels::reference::Tensor<float> tensor;
};

struct NodeCase {
  onnx::ModelProto model;
  std::vector<NamedTensor> inputs;  ///< in the model's order
  std::vector<NamedTensor> outputs;
};

/// Folders below `root` that hold a model, by name.
std::vector<std::string> node_case_names(const std::string& root);

/// Reads ROOT/NAME with its first data set. Throws std::runtime_error.
NodeCase load_node_case(const std::string& root, const std::string& name);

/// The same case with all inputs but the first as initializers: what a compiler needs as constants.
NodeCase bound(NodeCase node_case);

/// Largest difference beyond |actual - expected| <= 1e-7 + 1e-3 x |expected|, as text; empty when there is none.
std::string difference(const std::vector<float>& actual, const std::vector<float>& expected, float tolerance = 1e-3F);

}  // namespace bmemu::tests
