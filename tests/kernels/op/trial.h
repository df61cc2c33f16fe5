// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Compiles a small graph for a chip, runs it on the emulator and compares with the reference interpreter.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "emulator/arithmetic/half.h"
#include "emulator/session/session.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/compile.h"
#include "kernels/graph/reference/reference.h"
#include "kernels/op/weights.h"
#include "kernels/quantise/quantise.h"

namespace bmemu::kernels::test {

/// Random numbers and shapes, the same in every run.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  std::vector<float> floats(std::int64_t count, float low = -2.0F, float high = 2.0F) {
    std::uniform_real_distribution<float> distribution(low, high);
    std::vector<float> result(static_cast<std::size_t>(count));
    for (float& value : result) value = distribution(engine_);
    return result;
  }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + integer(0, static_cast<std::int64_t>(choices.size()) - 1));
  }

 private:
  std::mt19937 engine_;
};

inline isa::ChipSpec chip_of(isa::Family family) { return isa::load_chip(std::string(isa::name(family))); }

/// A graph of one operator, `inputs` of random numbers between `low` and `high`.
struct Trial {
  Graph graph;
  std::vector<reference::Tensor<double>> values;  ///< of the graph's inputs
  double tolerance = 2e-4;                        ///< of the largest magnitude

  ValueId input(Random& random, const Shape& shape, float low = -2.0F, float high = 2.0F) {
    const ValueId id = graph.add_value({"in" + std::to_string(values.size()), shape, isa::DataType::kF32, {}, {}, {}});
    graph.inputs.push_back(id);
    const auto floats = random.floats(elements(shape), low, high);
    values.push_back({shape, std::vector<double>(floats.begin(), floats.end())});
    return id;
  }
  ValueId constant(Random& random, const Shape& shape, float low = -2.0F, float high = 2.0F) {
    return graph.add_constant("constant", shape, random.floats(elements(shape), low, high));
  }
  ValueId node(Attributes attributes, std::vector<ValueId> inputs, const Shape& stated = {},
               isa::DataType type = isa::DataType::kF32) {
    std::vector<Shape> shapes;
    shapes.reserve(inputs.size());
    for (const ValueId id : inputs) shapes.push_back(graph.value(id).shape);
    const auto shape = result_shape(attributes, shapes, stated);
    EXPECT_TRUE(shape.has_value());
    const std::string name = "node" + std::to_string(graph.nodes.size());
    return graph.add_node({name, "Test", std::move(attributes), std::move(inputs), {}, {}}, name,
                          shape.value_or(Shape{1}), type);
  }
  void output(ValueId id) { graph.outputs.push_back(id); }
};

inline std::vector<double> as_numbers(const std::vector<std::uint8_t>& bytes, isa::DataType type) {
  std::vector<double> result(bytes.size() / 4);
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (type == isa::DataType::kI32) {
      std::int32_t value = 0;
      std::memcpy(&value, &bytes[4 * i], 4);
      result[i] = value;
    } else {
      float value = 0;
      std::memcpy(&value, &bytes[4 * i], 4);
      result[i] = double(value);
    }
  }
  return result;
}

/// The outputs of the compiled program. Fails on hazards and on reads of what nobody wrote.
inline std::vector<std::vector<double>> computed(const Trial& trial, const isa::ChipSpec& chip,
                                                 const CompileOptions& options = {}) {
  std::vector<std::vector<double>> results;
  emulator::Session session(compile(trial.graph, chip, options), chip);
  for (std::size_t i = 0; i < trial.values.size(); ++i) {
    std::vector<float> floats(trial.values[i].data.begin(), trial.values[i].data.end());
    session.set_input(trial.graph.value(trial.graph.inputs[i]).name, floats.data(), floats.size() * sizeof(float));
  }
  session.run({}, emulator::HazardCheck::kError);
  EXPECT_EQ(session.uninitialised_count(), 0U);
  for (const ValueId id : trial.graph.outputs)
    results.push_back(as_numbers(session.output(trial.graph.value(id).name), trial.graph.value(id).type));
  return results;
}

inline void expect_close(const std::vector<double>& got, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(got.size(), expected.size());
  double largest = 1, worst = 0;
  std::size_t at = 0;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double difference = std::abs(got[i] - expected[i]);
    if (!(difference <= worst)) worst = difference, at = i;
  }
  EXPECT_LE(worst, tolerance * largest) << "element " << at << ": " << got[at] << " instead of " << expected[at];
}

inline void check(const Trial& trial, const isa::ChipSpec& chip, const CompileOptions& options = {}) {
  SCOPED_TRACE(std::string(isa::name(chip.family)) + "\n" + dump(trial.graph));
  try {
    const auto got = computed(trial, chip, options);
    const auto expected = reference::run<double>(trial.graph, trial.values);
    for (std::size_t i = 0; i < got.size(); ++i) expect_close(got[i], expected[i].data, trial.tolerance);
  } catch (const Error& error) {
    ADD_FAILURE() << error.what();
  }
}

/// The nearest number of a 16-bit format.
inline float narrowed(float x, isa::DataType type) {
  return type == isa::DataType::kF16 ? emulator::f16_to_f32(half_bits(x)) : emulator::bf16_to_f32(bfloat_bits(x));
}

/// The trial in a 16-bit format: numbers that the format has, computed in it, judged by its bits.
inline Trial in_format(Trial trial, isa::DataType type) {
  for (auto& input : trial.values)
    for (double& x : input.data) x = static_cast<double>(narrowed(static_cast<float>(x), type));
  for (Value& value : trial.graph.values) {
    if (!value.constant || value.type != isa::DataType::kF32) continue;
    std::vector<float> numbers = value.constant->floats();
    for (float& x : numbers) x = narrowed(x, type);
    value.constant = std::make_shared<const Constant>(Constant{std::move(numbers)});
  }
  trial.tolerance *= type == isa::DataType::kF16 ? 40 : 320;  // 2e-4 becomes 8 units of 2^-10, of 2^-7
  return trial;
}

/// BM1684X in a 16-bit format. The reference computes the graph in doubles.
inline void check_narrow(const Trial& given, isa::DataType type) {
  const Trial trial = in_format(given, type);
  SCOPED_TRACE(std::string(isa::name(type)) + "\n" + dump(trial.graph));
  Trial narrow = trial;
  set_float_type(narrow.graph, type);
  try {
    const auto got = computed(narrow, chip_of(isa::Family::kBm1684x));
    const auto expected = reference::run<double>(trial.graph, trial.values);
    for (std::size_t i = 0; i < got.size(); ++i) expect_close(got[i], expected[i].data, trial.tolerance);
  } catch (const Error& error) {
    ADD_FAILURE() << error.what();
  }
}

/// The formats in which trials are made.
enum class Formats { kAll, kWide };  ///< kWide: results that a 16-bit format does not have, or that jump

/// `make(random)` gives a trial; `count` of them on both chips, and one in each 16-bit format.
template <class Make>
void check_random(unsigned seed, int count, Make make, Formats formats = Formats::kAll) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    const isa::ChipSpec chip = chip_of(family);
    Random random(seed);
    for (int i = 0; i < count && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE("trial " + std::to_string(i));
      check(make(random), chip);
    }
  }
  if (formats == Formats::kWide) return;
  Random random(seed);
  for (const isa::DataType type : {isa::DataType::kF16, isa::DataType::kBf16})
    if (!testing::Test::HasFailure()) check_narrow(make(random), type);
}

}  // namespace bmemu::kernels::test
