// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Quantised models compute in floats here, with the rounding that they state: whole numbers times scales. Weights
// become floats at once.
#include <fmt/format.h>

#include <limits>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

struct Limits {
  float low = 0;
  float high = 0;
};

template <class T>
constexpr Limits limits_of() {
  return {static_cast<float>(std::numeric_limits<T>::min()), static_cast<float>(std::numeric_limits<T>::max())};
}

Limits limits_of(std::int32_t type) {
  switch (type) {
    case onnx::TensorProto::UINT8: return limits_of<std::uint8_t>();
    case onnx::TensorProto::INT8: return limits_of<std::int8_t>();
    case onnx::TensorProto::UINT16: return limits_of<std::uint16_t>();
    case onnx::TensorProto::INT16: return limits_of<std::int16_t>();
    default: throw Unsupported{fmt::format("a zero point of element type {}", type)};
  }
}

/// Scale or zero point: one number, or one for each place along `axis`.
Operand beside(NodeImport& node, std::size_t index, const Shape& shape) {
  const Operand numbers = node.as_float(node.input(index));
  if (elements(node.shape(numbers)) == 1) return node.reshape(numbers, Shape(shape.size(), 1));
  const std::int64_t axis = node.axis(1, shape.size());
  if (node.shape(numbers) != Shape{shape[static_cast<std::size_t>(axis)]} || node.integer("block_size", 0) != 0)
    throw Unsupported{fmt::format("scales of shape {}", text(node.shape(numbers)))};
  return node.reshape(numbers, line_shape(shape.size(), axis, shape[static_cast<std::size_t>(axis)]));
}

void quantise_linear(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  const auto usual = static_cast<std::int32_t>(node.integer("output_dtype", onnx::TensorProto::UINT8));
  const Limits limits = limits_of(node.has(2) ? node.input(2).element : usual);
  node.result(node.in_f32([&] {
    Operand y = node.unary(U::kRound, node.binary(B::kDiv, x, beside(node, 1, shape)));
    if (node.has(2)) y = node.binary(B::kAdd, y, Operand{beside(node, 2, shape).id});
    y = node.unary(U::kClip, y, limits.low, limits.high);
    y.kind = Kind::kInteger;
    return y;
  }));
}

void dequantise_linear(NodeImport& node) {
  Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  x.kind = Kind::kFloat;
  if (node.has(2)) x = node.in_f32([&] { return node.binary(B::kSub, x, Operand{beside(node, 2, shape).id}); });
  node.result(node.binary(B::kMul, x, beside(node, 1, shape)));
}

}  // namespace

void add_quantised_operators(ImporterTable& table) {
  table.insert({{"DequantizeLinear", dequantise_linear}, {"QuantizeLinear", quantise_linear}});
}

}  // namespace bmemu::kernels::onnx_import
