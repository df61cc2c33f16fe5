// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/onnx/node_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace bmemu::tests {
namespace {

template <class T>
std::vector<float> stored(const std::string& raw) {
  std::vector<float> numbers(raw.size() / sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    T number{};
    std::memcpy(&number, raw.data() + i * sizeof(T), sizeof(T));
    numbers[i] = static_cast<float>(number);
  }
  return numbers;
}

std::vector<float> numbers_of(const onnx::TensorProto& tensor) {
  const auto listed = [](const auto& list) { return std::vector<float>(list.begin(), list.end()); };
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      return tensor.has_raw_data() ? stored<float>(tensor.raw_data()) : listed(tensor.float_data());
    case onnx::TensorProto::INT64:
      return tensor.has_raw_data() ? stored<std::int64_t>(tensor.raw_data()) : listed(tensor.int64_data());
    case onnx::TensorProto::INT32:
      return tensor.has_raw_data() ? stored<std::int32_t>(tensor.raw_data()) : listed(tensor.int32_data());
    case onnx::TensorProto::BOOL:
      return tensor.has_raw_data() ? stored<std::uint8_t>(tensor.raw_data()) : listed(tensor.int32_data());
    default: throw std::runtime_error(fmt::format("element type {}", tensor.data_type()));
  }
}

onnx::TensorProto read_tensor(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  onnx::TensorProto tensor;
  if (!tensor.ParseFromIstream(&file)) throw std::runtime_error("no tensor in " + path.string());
  return tensor;
}

template <class Infos>
std::vector<NamedTensor> read_data(const std::filesystem::path& folder, const std::string& stem, const Infos& infos) {
  std::vector<NamedTensor> tensors;
  for (int i = 0; i < infos.size(); ++i) {
    const auto tensor = read_tensor(folder / fmt::format("{}_{}.pb", stem, i));
    tensors.push_back({infos[i].name(), {{tensor.dims().begin(), tensor.dims().end()}, numbers_of(tensor)}});
  }
  return tensors;
}

}  // namespace

std::vector<std::string> node_case_names(const std::string& root) {
  std::vector<std::string> names;
  if (!std::filesystem::is_directory(root)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(root))
    if (std::filesystem::exists(entry.path() / "model.onnx")) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

NodeCase load_node_case(const std::string& root, const std::string& name) {
  const auto folder = std::filesystem::path(root) / name;
  NodeCase node_case;
  std::ifstream file(folder / "model.onnx", std::ios::binary);
  if (!node_case.model.ParseFromIstream(&file)) throw std::runtime_error("no model in " + folder.string());
  // Inputs with an initializer have no data.
  std::vector<onnx::ValueInfoProto> inputs;
  for (const auto& input : node_case.model.graph().input()) {
    const auto& weights = node_case.model.graph().initializer();
    if (std::none_of(weights.begin(), weights.end(), [&](const auto& w) { return w.name() == input.name(); }))
      inputs.push_back(input);
  }
  onnx::GraphProto shell;
  for (const auto& input : inputs) *shell.add_input() = input;
  node_case.inputs = read_data(folder / "test_data_set_0", "input", shell.input());
  node_case.outputs = read_data(folder / "test_data_set_0", "output", node_case.model.graph().output());
  return node_case;
}

NodeCase bound(NodeCase node_case) {
  for (std::size_t i = 1; i < node_case.inputs.size(); ++i) {
    const NamedTensor& input = node_case.inputs[i];
    onnx::TensorProto weights;
    weights.set_name(input.name);
    for (const auto size : input.tensor.shape) weights.add_dims(size);
    for (const auto& info : node_case.model.graph().input())
      if (info.name() == input.name) weights.set_data_type(info.type().tensor_type().elem_type());
    for (const float number : input.tensor.data) {
      if (weights.data_type() == onnx::TensorProto::FLOAT) weights.add_float_data(number);
      if (weights.data_type() == onnx::TensorProto::INT64) weights.add_int64_data(static_cast<std::int64_t>(number));
      if (weights.data_type() == onnx::TensorProto::INT32 || weights.data_type() == onnx::TensorProto::BOOL)
        weights.add_int32_data(static_cast<std::int32_t>(number));
    }
    *node_case.model.mutable_graph()->add_initializer() = weights;
  }
  if (!node_case.inputs.empty()) node_case.inputs.resize(1);
  return node_case;
}

std::string difference(const std::vector<float>& actual, const std::vector<float>& expected, float tolerance) {
  if (actual.size() != expected.size()) return fmt::format("{} elements instead of {}", actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i]))) continue;
    if (!(std::abs(actual[i] - expected[i]) <= 1e-7F + tolerance * std::abs(expected[i])))
      return fmt::format("element {}: {} instead of {}", i, actual[i], expected[i]);
  }
  return {};
}

}  // namespace bmemu::tests
