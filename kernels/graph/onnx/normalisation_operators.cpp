// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Normalisations: over batches folded into factors, all others made of LayerNorm.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

/// One number per channel beside a tensor of this rank.
Operand per_channel(NodeImport& node, std::vector<float> numbers, std::size_t rank) {
  const Shape shape = line_shape(rank, rank > 1 ? 1 : 0, static_cast<std::int64_t>(numbers.size()));
  return node.constant(shape, std::move(numbers));
}

Operand scaled(NodeImport& node, Operand x, std::vector<float> scale, std::vector<float> bias) {
  const std::size_t rank = node.shape(x).size();
  const Operand factors = per_channel(node, std::move(scale), rank);
  const Operand product = node.binary(B::kMul, x, factors);
  return node.binary(B::kAdd, product, per_channel(node, std::move(bias), rank));
}

void batch_norm(NodeImport& node) {
  if (node.integer("training_mode", 0) != 0 || (node.opset() < 14 && node.has_output(3))) throw Unsupported{"training"};
  const Operand x = node.as_float(node.input(0));
  auto scale = node.constant_floats(1, "scale"), bias = node.constant_floats(2, "bias");
  const auto mean = node.constant_floats(3, "mean"), variance = node.constant_floats(4, "variance");
  const float epsilon = node.number("epsilon", 1e-5F);
  if (bias.size() != scale.size() || mean.size() != scale.size() || variance.size() != scale.size())
    throw Unsupported{"parameters of different lengths"};
  for (std::size_t i = 0; i < scale.size(); ++i) {
    const double factor =
        static_cast<double>(scale[i]) / std::sqrt(static_cast<double>(variance[i]) + static_cast<double>(epsilon));
    scale[i] = static_cast<float>(factor);
    bias[i] = static_cast<float>(static_cast<double>(bias[i]) - static_cast<double>(mean[i]) * factor);
  }
  node.result(scaled(node, x, std::move(scale), std::move(bias)));
}

void layer_norm(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  const std::int64_t axis = node.axis(-1, shape.size());
  const LayerNorm norm{axis, node.number("epsilon", 1e-5F)};
  const Shape normalised(shape.begin() + axis, shape.end());
  const Operand scale = node.as_float(node.input(1));
  const bool is_constant = node.is_constant(scale) && (!node.has(2) || node.is_constant(node.input(2)));
  const auto fits = [&](Operand operand) { return elements(node.shape(operand)) == elements(normalised); };
  if (is_constant && fits(scale) && (!node.has(2) || fits(node.input(2)))) {
    const auto size = static_cast<std::size_t>(elements(normalised));
    const Operand bias = node.has(2) ? node.reshape(node.as_float(node.input(2)), normalised)
                                     : node.constant(normalised, std::vector<float>(size));
    node.result(node.emit(norm, {x, node.reshape(scale, normalised), bias}));
  } else {
    Operand y = node.binary(B::kMul, node.emit(norm, {x}), scale);
    if (node.has(2)) y = node.binary(B::kAdd, y, node.input(2));
    node.result(y);
  }
  if (!node.has_output(1) && !node.has_output(2)) return;
  std::vector<std::int64_t> axes(shape.size() - static_cast<std::size_t>(axis));
  std::iota(axes.begin(), axes.end(), axis);
  const Operand mean = node.reduce(ReduceFunction::kMean, x, axes);
  const Operand centred = node.binary(B::kSub, x, mean);
  const Operand variance = node.reduce(ReduceFunction::kMean, node.binary(B::kMul, centred, centred), axes);
  node.result(mean, 1);
  node.result(node.unary(U::kRsqrt, node.unary(U::kAffine, variance, 1, norm.epsilon)), 2);
}

/// Mean and variance over `groups` groups of channels and all pixels of each image.
Operand grouped(NodeImport& node, Operand x, std::int64_t groups) {
  const Shape shape = node.shape(x);
  if (shape.size() < 2 || groups < 1 || shape[1] % groups != 0) throw Unsupported{"channels that are no groups"};
  const std::int64_t rows = shape[0] * groups;
  const Operand norm =
      node.emit(LayerNorm{1, node.number("epsilon", 1e-5F)}, {node.reshape(x, {rows, elements(shape) / rows})});
  return node.reshape(norm, shape);
}

void instance_norm(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  auto scale = node.constant_floats(1, "scale"), bias = node.constant_floats(2, "bias");
  node.result(scaled(node, grouped(node, x, node.shape(x).at(1)), std::move(scale), std::move(bias)));
}

/// Operator set 18 has one scale per group, 21 one per channel.
void group_norm(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const std::int64_t groups = node.integer("num_groups", 1);
  const Operand norm = grouped(node, x, groups);
  const auto per_each = [&](std::vector<float> numbers) {
    const auto channels = static_cast<std::size_t>(node.shape(x)[1]);
    std::vector<float> all(channels);
    for (std::size_t i = 0; i < channels; ++i) all[i] = numbers.at(i * numbers.size() / channels);
    return all;
  };
  node.result(
      scaled(node, norm, per_each(node.constant_floats(1, "scale")), per_each(node.constant_floats(2, "bias"))));
}

/// The sum of squares of neighbouring channels as a product with a matrix of bands. Numbers are scaled before they are
/// squared: f16 ends at the square of 256, and alpha is below its normal numbers.
void local_response(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  if (shape.size() < 3 || shape.size() > 5) throw Unsupported{"a tensor without pixels"};
  const std::int64_t size = node.integer("size", 1), channels = shape[1];
  const float alpha = node.number("alpha", 1e-4F), beta = node.number("beta", 0.75F), bias = node.number("bias", 1);
  std::vector<float> bands(static_cast<std::size_t>(channels * channels));
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t k = std::max<std::int64_t>(0, c - (size - 1) / 2); k <= std::min(channels - 1, c + size / 2); ++k)
      bands[static_cast<std::size_t>(c * channels + k)] = alpha < 0 ? -1.0F : 1.0F;
  Shape kernel(shape.size(), 1);
  kernel[0] = kernel[1] = channels;
  const Operand weights = node.constant(kernel, std::move(bands));
  const Operand biases = node.constant({channels}, std::vector<float>(static_cast<std::size_t>(channels), bias));
  const Operand scaled = node.unary(U::kAffine, x, std::sqrt(std::abs(alpha) / static_cast<float>(size)));
  const Operand sums = node.emit(Conv{}, {node.binary(B::kMul, scaled, scaled), weights, biases});
  // 1 / sums^beta by roots, which are closer than exponentials.
  Operand factor{};
  if (beta == 0.75F) {
    const Operand root = node.unary(U::kRsqrt, sums);
    factor = node.binary(B::kMul, root, node.unary(U::kSqrt, root));
  } else if (beta == 0.5F) {
    factor = node.unary(U::kRsqrt, sums);
  } else {
    factor = node.unary(U::kExp, node.unary(U::kAffine, node.unary(U::kLog, sums), -beta));
  }
  node.result(node.binary(B::kMul, x, factor));
}

/// Divided by the norm along one axis; zeros stay zeros.
void lp_norm(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const std::int64_t axis = node.axis(-1, node.shape(x).size()), p = node.integer("p", 2);
  if (p != 1 && p != 2) throw Unsupported{"a norm other than 1 and 2"};
  const Operand powers = p == 1 ? node.unary(U::kAbs, x) : node.binary(B::kMul, x, x);
  const Operand sum = node.reduce(ReduceFunction::kSum, powers, {axis});
  const Operand limited = node.unary(U::kClip, sum, 1e-37F, std::numeric_limits<float>::infinity());
  node.result(node.binary(B::kMul, x, node.unary(p == 1 ? U::kReciprocal : U::kRsqrt, limited)));
}

void mean_variance(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  auto axes = node.integers("axes", {0, 2, 3});
  for (auto& axis : axes) axis = NodeImport::axis_of(axis, node.shape(x).size());
  const Operand centred = node.binary(B::kSub, x, node.reduce(ReduceFunction::kMean, x, axes));
  const Operand variance = node.reduce(ReduceFunction::kMean, node.binary(B::kMul, centred, centred), axes);
  const Operand deviation = node.unary(U::kAffine, node.unary(U::kSqrt, variance), 1, 1e-9F);
  node.result(node.binary(B::kDiv, centred, deviation));
}

}  // namespace

void add_normalisation_operators(ImporterTable& table) {
  table.insert({{"BatchNormalization", batch_norm},
                {"GroupNormalization", group_norm},
                {"InstanceNormalization", instance_norm},
                {"LRN", local_response},
                {"LayerNormalization", layer_norm},
                {"LpNormalization", lp_norm},
                {"MeanVarianceNormalization", mean_variance}});
}

}  // namespace bmemu::kernels::onnx_import
