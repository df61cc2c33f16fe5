// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Small networks with every kind of tiling in them, for tests of whole compilations on many chips.
#pragma once

#include "kernels/prepare.h"
#include "kernels/quantise/calibration.h"
#include "tests/kernels/op/trial.h"

namespace bmemu::kernels::test {

inline Conv conv_of(std::int64_t kernel, std::int64_t stride, std::int64_t groups = 1) {
  Conv conv;
  conv.kernel = {1, kernel, kernel};
  conv.stride = {1, stride, stride};
  conv.pad_begin = conv.pad_end = {0, kernel / 2, kernel / 2};
  conv.groups = groups;
  conv.activation = Relu{};
  return conv;
}

inline ValueId add_conv(Trial& t, Random& random, ValueId x, std::int64_t channels, std::int64_t kernel,
                        std::int64_t stride = 1, std::int64_t groups = 1) {
  const std::int64_t in = t.graph.value(x).shape[1];
  const std::int64_t summands = in / groups * kernel * kernel;
  const float size = 1.0F / std::sqrt(float(summands));
  const ValueId weights = t.constant(random, {channels, in / groups, kernel, kernel}, -size, size);
  const ValueId bias = t.constant(random, {channels}, -0.1F, 0.1F);
  return t.node(conv_of(kernel, stride, groups), {x, weights, bias});
}

/// Convolutions (dense, depthwise, grouped, strided), pooling, a residual sum, concat, a global mean, a product.
/// `scale` multiplies the sides of the image.
inline Trial image_network(Random& random, std::int64_t scale = 1) {
  Trial t;
  const ValueId x = t.input(random, {2, 3, 18 * scale, 22 * scale});
  const ValueId a = add_conv(t, random, x, 36, 3);
  const ValueId b = add_conv(t, random, add_conv(t, random, a, 36, 3, 1, 36), 36, 1);
  const ValueId sum = t.node(Binary{BinaryFunction::kAdd, Relu{}}, {a, b});
  Pool pool;
  pool.kernel = {1, 2, 2}, pool.stride = {1, 2, 2};
  const ValueId p = t.node(pool, {sum});
  const ValueId c = add_conv(t, random, p, 72, 3, 2, 4);
  const ValueId d = add_conv(t, random, p, 150, 3, 2);
  const ValueId joined = t.node(Concat{1}, {c, d});
  const ValueId e = add_conv(t, random, t.node(Unary{UnaryFunction::kSilu}, {joined}), 90, 1);
  const ValueId mean = t.node(Reduce{ReduceFunction::kMean, {2, 3}}, {e});
  const ValueId rows = t.node(Reshape{}, {mean}, {1, 2, 90});
  t.output(t.node(MatMul{}, {rows, t.constant(random, {1, 90, 33}, -0.2F, 0.2F)}));
  t.output(e);
  return t;
}

/// A block of attention with layer norm and GELU.
inline Trial sequence_network(Random& random, std::int64_t length = 37, std::int64_t width = 80) {
  const std::int64_t heads = 4;
  Trial t;
  const auto product = [&](ValueId x, std::int64_t columns) {
    const std::int64_t rows = t.graph.value(x).shape[2];
    const float size = 1.3F / std::sqrt(float(rows));
    return t.node(MatMul{},
                  {x, t.constant(random, {1, rows, columns}, -size, size), t.constant(random, {columns}, -0.1F, 0.1F)});
  };
  const auto by_head = [&](ValueId x, std::vector<std::int64_t> order) {
    const ValueId split = t.node(Reshape{}, {x}, {length, heads, width / heads});
    return t.node(Permute{std::move(order)}, {split});
  };
  const ValueId x = t.input(random, {1, length, width});
  const ValueId normal = t.node(LayerNorm{2, 1e-5F}, {x, t.constant(random, {width}), t.constant(random, {width})});
  const ValueId scores =
      t.node(MatMul{}, {by_head(product(normal, width), {1, 0, 2}), by_head(product(normal, width), {1, 2, 0})});
  const ValueId attention = t.node(Softmax{2}, {t.node(Unary{UnaryFunction::kAffine, 0.2F, 0}, {scores})});
  const ValueId mixed = t.node(MatMul{}, {attention, by_head(product(normal, width), {1, 0, 2})});
  const ValueId joined = t.node(Reshape{}, {t.node(Permute{{1, 0, 2}}, {mixed})}, {1, length, width});
  const ValueId sum = t.node(Binary{BinaryFunction::kAdd, {}}, {x, product(joined, width)});
  const ValueId hidden = t.node(Unary{UnaryFunction::kGelu}, {product(sum, 3 * width)});
  t.output(t.node(Binary{BinaryFunction::kAdd, {}}, {sum, product(hidden, width)}));
  return t;
}

/// Norms and softmax over rows that some chips hold in a lane and others do not, and windows as large as an image.
inline Trial norm_network(Random& random) {
  const std::int64_t side = 64, channels = 6;
  Trial t;
  const ValueId x = t.input(random, {1, 3, side, side});
  const ValueId a = add_conv(t, random, x, channels, 3);
  const ValueId rows = t.node(Reshape{}, {a}, {1, channels, side * side});
  const ValueId normal = t.node(LayerNorm{2, 1e-5F}, {rows});
  const ValueId attention = t.node(Softmax{2}, {normal});
  const ValueId weighted = t.node(Binary{BinaryFunction::kMul, {}}, {attention, normal});
  const ValueId sum = t.node(Reduce{ReduceFunction::kSum, {2}}, {weighted});
  const ValueId image = t.node(Reshape{}, {normal}, {1, channels, side, side});
  const ValueId b = add_conv(t, random, image, 20, 3, 2);
  const ValueId columns = t.node(Reduce{ReduceFunction::kMean, {2}}, {b});
  Pool pool;
  pool.kind = PoolKind::kAverage, pool.kernel = {1, 16, 16}, pool.stride = {1, 15, 15};
  t.output(t.node(pool, {b}));
  t.output(t.node(Unary{UnaryFunction::kSigmoid}, {columns}));
  t.output(add_conv(t, random, t.node(Reshape{}, {sum}, {1, channels, 1, 1}), 9, 1));
  return t;
}

/// Calibrated on its own inputs.
inline Graph quantised(const Trial& trial, isa::Family family) {
  std::vector<reference::Tensor<float>> sample;
  for (const auto& value : trial.values) sample.push_back({value.shape, {value.data.begin(), value.data.end()}});
  PrepareOptions options;
  options.family = family;
  options.precision = Precision::kI8;
  options.calibrate = [&](const Graph& graph) { return calibrate(graph, {sample}, {}); };
  return prepare(trial.graph, options);
}

}  // namespace bmemu::kernels::test
