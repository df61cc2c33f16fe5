// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Random graphs on both chips, in every precision, beside the reference in doubles. A few in every run of the suite;
// BMEMU_RANDOM_GRAPHS says how many, BMEMU_RANDOM_SEED where they start.
#include "tests/compile/random_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "emulator/arithmetic/half.h"
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

using Wide = kernels::reference::Tensor<double>;

/// The nearest number of a type.
double narrowed(double x, isa::DataType type) {
  const auto number = static_cast<float>(x);
  if (type == isa::DataType::kF16) return emulator::f16_to_f32(emulator::f32_to_f16(number));
  if (type == isa::DataType::kBf16) return emulator::bf16_to_f32(emulator::f32_to_bf16(number));
  return x;
}

/// Rounds what is computed to its type. With a seed every number is moved by up to one unit of its last place before.
class Rounding {
 public:
  explicit Rounding(std::optional<std::uint64_t> seed = {}) : moves_(seed), random_(seed.value_or(0)) {}

  void operator()(Wide& tensor, isa::DataType type) {
    if (type != isa::DataType::kF16 && type != isa::DataType::kBf16) return;
    const double unit = type == isa::DataType::kF16 ? 0x1p-10 : 0x1p-7;
    std::uniform_real_distribution<double> share(-unit, unit);
    for (double& x : tensor.data) x = narrowed(moves_ ? x * (1 + share(random_)) : x, type);
  }

 private:
  std::optional<std::uint64_t> moves_;
  std::mt19937_64 random_;
};

/// A prepared graph in doubles, every tensor rounded to its type.
Tensors expected_of_types(const kernels::Graph& graph, const Tensors& inputs, Rounding round) {
  std::vector<Wide> computed(graph.values.size());
  const auto at = [&](kernels::ValueId id) -> Wide& { return computed[static_cast<std::size_t>(id)]; };
  for (std::size_t i = 0; i < inputs.size(); ++i)
    at(graph.inputs[i]) = {inputs[i].shape, {inputs[i].data.begin(), inputs[i].data.end()}};
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const kernels::Value& value = graph.values[i];
    if (!value.constant) continue;
    computed[i] = {value.shape, kernels::reference::numbers<double>(*value.constant)};
    Rounding()(computed[i], value.type);
  }
  for (const kernels::Node& node : graph.nodes) {
    std::vector<kernels::reference::View<double>> views;
    for (const kernels::ValueId id : node.inputs) views.push_back(kernels::reference::view(at(id)));
    at(node.output) = kernels::reference::evaluate(graph, node, views);
    round(at(node.output), graph.output(node).type);
  }
  Tensors outputs;
  for (const kernels::ValueId id : graph.outputs)
    outputs.push_back({at(id).shape, {at(id).data.begin(), at(id).data.end()}});
  return outputs;
}

/// What may differ from the reference: f32 by the order of sums. Bytes: the reference rounds as the chip does, but a
/// number beside a rounding limit may fall to its other side, one step or a few. 16-bit floats: a few roundings within
/// one operator, and `sensitivity` times as much where a graph makes much of little.
double tolerance_of(kernels::Precision precision, double sensitivity) {
  constexpr double kRoundings = 4;
  switch (precision) {
    case kernels::Precision::kF32: return 1e-3;
    case kernels::Precision::kF16: return 0x1p-8 + kRoundings * sensitivity;
    case kernels::Precision::kBf16: return 0x1p-5 + kRoundings * sensitivity;
    case kernels::Precision::kI8: return 0.05;
  }
  return 0;
}

/// How far each output goes when every tensor on the way is off by up to one unit of its last place.
std::vector<double> sensitivities(const kernels::Graph& graph, const Tensors& inputs, const Tensors& expected) {
  constexpr std::uint64_t kTries = 3;
  std::vector<double> largest(expected.size(), 0);
  for (std::uint64_t seed = 0; seed < kTries; ++seed) {
    const Tensors moved = expected_of_types(graph, inputs, Rounding(seed));
    for (std::size_t i = 0; i < moved.size(); ++i)
      largest[i] = std::max(largest[i], relative_error(moved[i].data, expected[i].data));
  }
  return largest;
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
    const bool is_narrow = precision == kernels::Precision::kF16 || precision == kernels::Precision::kBf16;
    const Tensors expected = is_narrow ? expected_of_types(prepared, inputs, Rounding())
                                       : expected_of(precision == kernels::Precision::kI8 ? prepared : graph, inputs);
    const auto sensitive =
        is_narrow ? sensitivities(prepared, inputs, expected) : std::vector<double>(expected.size(), 0);
    const Tensors actual = run_on_chip(prepared, chip, inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double error = relative_error(actual[i].data, expected[i].data);
      const double allowed = tolerance_of(precision, sensitive[i]);
      if (!(error <= allowed))
        return "output " + std::to_string(i) + " differs by " + std::to_string(error) + ", allowed are " +
               std::to_string(allowed);
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
