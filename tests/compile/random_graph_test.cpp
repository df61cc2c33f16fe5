// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Random graphs on both chips beside the reference in doubles. A few in every run of the suite; BMEMU_RANDOM_GRAPHS
// says how many, BMEMU_RANDOM_SEED where they start.
#include "tests/compile/random_graph.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "isa/error.h"
#include "kernels/graph/reference/reference.h"
#include "kernels/prepare.h"
#include "tests/compile/chip_run.h"

namespace bmemu::tests {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::stoull(text);
}

Tensors inputs_of(const kernels::Graph& graph, std::uint64_t seed) {
  Tensors inputs;
  for (const auto id : graph.inputs) {
    const kernels::Shape& shape = graph.value(id).shape;
    inputs.push_back({shape, random_numbers(++seed, static_cast<std::size_t>(kernels::elements(shape)))});
  }
  return inputs;
}

Tensors expected_of(const kernels::Graph& graph, const Tensors& inputs) {
  std::vector<kernels::reference::Tensor<double>> wide;
  for (const auto& input : inputs) wide.push_back({input.shape, {input.data.begin(), input.data.end()}});
  Tensors outputs;
  for (const auto& output : kernels::reference::run<double>(graph, wide))
    outputs.push_back({output.shape, {output.data.begin(), output.data.end()}});
  return outputs;
}

/// What is wrong on this chip; empty when nothing is.
std::string problem_on(const std::string& chip_name, std::uint64_t seed) {
  const kernels::Graph graph = random_graph(seed);
  const Tensors inputs = inputs_of(graph, seed);
  const Tensors expected = expected_of(graph, inputs);
  const isa::ChipSpec chip = built_in_chip(chip_name);
  kernels::PrepareOptions options;
  options.family = chip.family;
  try {
    const Tensors actual = run_on_chip(kernels::prepare(graph, options), chip, inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double error = relative_error(actual[i].data, expected[i].data);
      if (!(error <= 1e-3)) return "output " + std::to_string(i) + " differs by " + std::to_string(error);
    }
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(RandomGraphs, ComputeTheSameOnBothChips) {
  const std::uint64_t first = number_from("BMEMU_RANDOM_SEED", 1), count = number_from("BMEMU_RANDOM_GRAPHS", 12);
  for (std::uint64_t seed = first; seed < first + count; ++seed)
    for (const char* chip : {"bm1684", "bm1684x"})
      EXPECT_EQ(problem_on(chip, seed), "") << chip << ", seed " << seed << "\n" << kernels::dump(random_graph(seed));
}

}  // namespace
}  // namespace bmemu::tests
