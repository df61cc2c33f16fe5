// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Import and reference interpreter against the ONNX project's own backend tests.
#include "tests/onnx/node_cases.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "isa/error.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/pass/pass.h"
#include "tests/folders.h"

namespace bmemu::tests {
namespace {

/// Names of the tests that a compiler with static shapes must pass, per suite ("debian_1.12_node" ...).
std::map<std::string, std::set<std::string>> compilable_cases() {
  std::map<std::string, std::set<std::string>> cases;
  std::ifstream table(reference_dir() + "/networks/onnx_node_tests.csv");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::vector<std::string> cells;
    std::stringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() < 10) continue;
    std::stringstream names(cells[9]);
    for (std::string name; names >> name;) cases[cells[0]].insert(name);
  }
  return cases;
}

/// What stands between import and lowering of floats.
void apply_passes(kernels::Graph& graph) {
  kernels::fold(graph);
  kernels::fuse(graph);
  kernels::decompose(graph);
  ASSERT_EQ(kernels::first_inconsistency(graph), "");
}

/// What is wrong with the outputs of a case; empty when nothing is.
std::string problem_of(const NodeCase& node_case, bool with_passes) {
  auto graph = kernels::import_onnx(node_case.model, "model");
  if (with_passes) apply_passes(graph);
  std::vector<kernels::reference::Tensor<float>> inputs;
  for (const NamedTensor& input : node_case.inputs) inputs.push_back(input.tensor);
  const auto outputs = kernels::reference::run<float>(graph, inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& expected = node_case.outputs[i].tensor;
    if (outputs[i].shape != expected.shape)
      return fmt::format("shape {} instead of {}", kernels::text(outputs[i].shape), kernels::text(expected.shape));
    if (auto text = difference(outputs[i].data, expected.data); !text.empty()) return text;
  }
  return {};
}

std::string verdict(const std::string& root, const std::string& name) {
  NodeCase node_case = load_node_case(root, name);
  std::string first;
  try {
    first = problem_of(node_case, false);
    if (first.empty()) return problem_of(node_case, true);
  } catch (const Error& error) {
    first = error.what();
  }
  if (node_case.inputs.size() < 2) return first;
  try {
    const NodeCase with_constants = bound(std::move(node_case));
    first = problem_of(with_constants, false);
    return first.empty() ? problem_of(with_constants, true) : first;
  } catch (const Error& error) {
    return error.what();
  }
}

/// Tensors without elements: there is nothing to compute, and no chip has them.
const std::set<std::string> kEmpty{"test_reshape_allowzero_reordered", "test_slice_start_out_of_bounds"};

void check_suite(const std::string& root, const std::string& suite) {
  if (!std::filesystem::is_directory(root)) GTEST_SKIP() << "no ONNX test data in " << root;
  const auto wanted = compilable_cases()[suite];
  if (wanted.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no list of cases in " << reference_dir());
  std::size_t passed = 0;
  for (const std::string& name : wanted) {
    if (!std::filesystem::exists(std::filesystem::path(root) / name / "model.onnx")) continue;
    const std::string problem = verdict(root, name);
    if (kEmpty.count(name) != 0) {
      EXPECT_NE(problem.find("E-ONNX-UNSUPPORTED"), std::string::npos) << name;
      continue;
    }
    EXPECT_EQ(problem, "") << name;
    if (problem.empty()) ++passed;
  }
  EXPECT_GT(passed, 0U);
}

const std::string kDebian = "/usr/share/libonnx-testdata/data/";

TEST(OnnxImport, ComputesTheNodeTestsOfDebian) { check_suite(kDebian + "node", "debian_1.12_node"); }
/// Operators that place elements by indices, and those made of others. What cannot be done is refused, with the reason.
TEST(OnnxImport, ComputesTheNodeTestsOfIndexOperators) {
  const std::string root = kDebian + "node";
  if (!std::filesystem::is_directory(root)) GTEST_SKIP() << "no ONNX test data in " << root;
  const std::set<std::string> refused{"test_nonzero_example"};  // a shape that data decide
  std::size_t passed = 0;
  for (const std::string& name : node_case_names(root)) {
    const auto begins_with = [&](const char* prefix) { return name.rfind(prefix, 0) == 0; };
    static const std::array<const char*, 16> kPrefixes{
        "test_compress_", "test_convinteger_", "test_cumsum_",   "test_einsum_",
        "test_eyelike_",  "test_gather_",      "test_gathernd_", "test_matmulinteger",
        "test_mod_",      "test_nonzero_",     "test_onehot_",   "test_reversesequence_",
        "test_scan9_",    "test_scatter",      "test_tril",      "test_triu"};
    if (std::none_of(kPrefixes.begin(), kPrefixes.end(), begins_with) || name.find("_zero") != std::string::npos)
      continue;  // "_zero": without elements
    std::string problem;
    try {
      problem = verdict(root, name);
    } catch (const std::runtime_error&) {
      continue;  // tensors of another type
    }
    const bool is_refused = problem.find("E-ONNX-UNSUPPORTED") != std::string::npos;
    EXPECT_EQ(is_refused, refused.count(name) != 0) << name << ": " << problem;
    EXPECT_TRUE(is_refused || problem.empty()) << name << ": " << problem;
    passed += problem.empty() ? 1 : 0;
  }
  EXPECT_GE(passed, 36U);
}

TEST(OnnxImport, ComputesTheConvertedLayersOfDebian) {
  check_suite(kDebian + "pytorch-converted", "debian_1.12_pytorch-converted");
}
TEST(OnnxImport, ComputesTheConvertedOperatorsOfDebian) {
  check_suite(kDebian + "pytorch-operator", "debian_1.12_pytorch-operator");
}
TEST(OnnxImport, ComputesTheNodeTestsOfNewerOperatorSets) {
  const char* folder = std::getenv("BMEMU_ONNX_NODE_TESTS");
  if (folder == nullptr) GTEST_SKIP() << "BMEMU_ONNX_NODE_TESTS is not set: the node tests of PyPI's onnx 1.14";
  check_suite(folder, "pypi_1.14_node");
}

/// Cases made from whole networks: a difference counts against the output's size.
TEST(OnnxImport, ComputesNetworks) {
  const char* folder = std::getenv("BMEMU_ONNX_NETWORKS");
  if (folder == nullptr) GTEST_SKIP() << "BMEMU_ONNX_NETWORKS is not set: cases with ONNX Runtime's outputs";
  for (const std::string& name : node_case_names(folder)) {
    const NodeCase node_case = load_node_case(folder, name);
    auto graph = kernels::import_onnx(node_case.model, name);
    apply_passes(graph);
    std::vector<kernels::reference::Tensor<float>> inputs;
    for (const NamedTensor& input : node_case.inputs) inputs.push_back(input.tensor);
    const auto outputs = kernels::reference::run<float>(graph, inputs);
    ASSERT_EQ(outputs.size(), node_case.outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto& expected = node_case.outputs[i].tensor;
      EXPECT_EQ(outputs[i].shape, expected.shape) << name;
      ASSERT_EQ(outputs[i].data.size(), expected.data.size()) << name;
      float largest = 1e-3F, worst = 0;
      for (const float x : expected.data) largest = std::max(largest, std::abs(x));
      for (std::size_t k = 0; k < expected.data.size(); ++k)
        worst = std::max(worst, std::abs(outputs[i].data[k] - expected.data[k]));
      EXPECT_LE(worst / largest, 1e-4F) << name << ", output " << node_case.outputs[i].name;
    }
  }
}

}  // namespace
}  // namespace bmemu::tests
