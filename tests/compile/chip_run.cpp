// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/compile/chip_run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "emulator/session/session.h"
#include "isa/chip/chip_file.h"
#include "kernels/graph/reference/reference.h"

namespace bmemu::tests {
namespace {

template <class T>
void store(std::vector<std::uint8_t>& bytes, T number) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof number);
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

std::vector<std::uint8_t> stored(const kernels::Value& value, const std::vector<float>& numbers) {
  std::vector<std::uint8_t> bytes;
  const float scale = value.quantisation ? value.quantisation->scale() : 1;
  for (const float x : numbers) {
    const float q = std::round(x / scale);
    switch (value.type) {
      case isa::DataType::kF32: store(bytes, x); break;
      case isa::DataType::kI32: store(bytes, static_cast<std::int32_t>(x)); break;
      case isa::DataType::kI8: store(bytes, static_cast<std::int8_t>(std::clamp(q, -128.0F, 127.0F))); break;
      case isa::DataType::kU8: store(bytes, static_cast<std::uint8_t>(std::clamp(q, 0.0F, 255.0F))); break;
      default: throw std::runtime_error("an input of another type");
    }
  }
  return bytes;
}

template <class T>
std::vector<float> loaded(const std::vector<std::uint8_t>& bytes, float scale) {
  std::vector<float> numbers(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    T number{};
    std::memcpy(&number, bytes.data() + i * sizeof(T), sizeof number);
    numbers[i] = static_cast<float>(number) * scale;
  }
  return numbers;
}

std::vector<float> loaded(const kernels::Value& value, const std::vector<std::uint8_t>& bytes) {
  const float scale = value.quantisation ? value.quantisation->scale() : 1;
  switch (value.type) {
    case isa::DataType::kF32: return loaded<float>(bytes, scale);
    case isa::DataType::kI32: return loaded<std::int32_t>(bytes, scale);
    case isa::DataType::kI8: return loaded<std::int8_t>(bytes, scale);
    case isa::DataType::kU8: return loaded<std::uint8_t>(bytes, scale);
    default: throw std::runtime_error("an output of another type");
  }
}

}  // namespace

Tensors run_on_chip(const kernels::Graph& prepared, const isa::ChipSpec& chip, const Tensors& inputs,
                    const kernels::CompileOptions& options) {
  emulator::SessionOptions session_options;
  session_options.uninitialised = emulator::UninitialisedCheck::kError;
  emulator::Session session(kernels::compile(prepared, chip, options), chip, session_options);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const kernels::Value& value = prepared.value(prepared.inputs[i]);
    const auto bytes = stored(value, inputs[i].data);
    session.set_input(value.name, bytes.data(), bytes.size());
  }
  session.run({}, emulator::HazardCheck::kError);
  Tensors outputs;
  for (const kernels::ValueId id : prepared.outputs) {
    const kernels::Value& value = prepared.value(id);
    outputs.push_back({value.shape, loaded(value, session.output(value.name))});
  }
  return outputs;
}

Tensors expected_of(const kernels::Graph& graph, const Tensors& inputs) {
  std::vector<kernels::reference::Tensor<double>> wide;
  for (const auto& input : inputs) wide.push_back({input.shape, {input.data.begin(), input.data.end()}});
  Tensors outputs;
  for (const auto& output : kernels::reference::run<double>(graph, wide))
    outputs.push_back({output.shape, {output.data.begin(), output.data.end()}});
  return outputs;
}

isa::ChipSpec built_in_chip(const std::string& name) {
  isa::ChipSpec chip = isa::load_chip(name);
  isa::check_chip(chip);
  return chip;
}

double relative_error(const std::vector<float>& actual, const std::vector<float>& expected, double floor) {
  if (actual.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double worst = 0, largest = floor;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto a = static_cast<double>(actual[i]), e = static_cast<double>(expected[i]);
    largest = std::max(largest, std::isfinite(e) ? std::abs(e) : 0);
    if (a == e || (std::isnan(a) && std::isnan(e))) continue;
    const double difference = std::abs(a - e);
    worst = std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(worst, difference);
  }
  return worst / largest;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return ab / std::max(1e-30, std::sqrt(aa * bb));
}

}  // namespace bmemu::tests
