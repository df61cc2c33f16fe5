// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Random graphs on both chips, in every precision, beside the reference in doubles. A few in every run of the suite;
// BMEMU_RANDOM_GRAPHS says how many, BMEMU_RANDOM_SEED where they start.
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

/// What may differ from the reference: f32 by rounding. 16-bit floats by the bits that they have. Bytes: the reference
/// rounds as the chip does, but a number beside a rounding limit may fall to its other side, one step or a few.
double tolerance_of(kernels::Precision precision) {
  switch (precision) {
    case kernels::Precision::kF32: return 1e-3;
    case kernels::Precision::kF16: return 0.03;
    case kernels::Precision::kBf16: return 0.2;
    case kernels::Precision::kI8: return 0.05;
  }
  return 0;
}

/// What is wrong on this chip; empty when nothing is.
std::string problem_on(const std::string& chip_name, kernels::Precision precision, std::uint64_t seed) {
  kernels::Graph graph = random_graph(seed);
  const Tensors inputs = inputs_of(graph, seed);
  const isa::ChipSpec chip = built_in_chip(chip_name);
  kernels::PrepareOptions options;
  options.family = chip.family;
  options.precision = precision;
  options.calibrate = [&](const kernels::Graph& fused) { return kernels::calibrate(fused, {inputs}); };
  try {
    const kernels::Graph prepared = kernels::prepare(graph, options);
    const Tensors expected = expected_of(precision == kernels::Precision::kI8 ? prepared : graph, inputs);
    const Tensors actual = run_on_chip(prepared, chip, inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double error = relative_error(actual[i].data, expected[i].data);
      if (!(error <= tolerance_of(precision)))
        return "output " + std::to_string(i) + " differs by " + std::to_string(error);
    }
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

class RandomGraphs : public testing::TestWithParam<std::pair<const char*, kernels::Precision>> {};

TEST_P(RandomGraphs, ComputeWhatTheReferenceComputes) {
  const auto [chip, precision] = GetParam();
  const std::uint64_t first = number_from("BMEMU_RANDOM_SEED", 1), count = number_from("BMEMU_RANDOM_GRAPHS", 12);
  for (std::uint64_t seed = first; seed < first + count; ++seed)
    EXPECT_EQ(problem_on(chip, precision, seed), "") << "seed " << seed << "\n" << kernels::dump(random_graph(seed));
}

using kernels::Precision;
INSTANTIATE_TEST_SUITE_P(Chips, RandomGraphs,
                         testing::Values(std::pair("bm1684", Precision::kF32), std::pair("bm1684x", Precision::kF32),
                                         std::pair("bm1684", Precision::kI8), std::pair("bm1684x", Precision::kI8),
                                         std::pair("bm1684x", Precision::kF16), std::pair("bm1684x", Precision::kBf16)),
                         [](const auto& of) {
                           return std::string(of.param.first) + "_" + std::string(kernels::name(of.param.second));
                         });

}  // namespace
}  // namespace bmemu::tests
