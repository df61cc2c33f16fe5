// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Pools.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/graph/onnx/window.h"

namespace bmemu::kernels::onnx_import {
namespace {

std::size_t axis_in(const Window& window, std::size_t i) { return 2 + i - (3 - window.rank); }

/// The largest element of dilated windows, axis by axis: one strided slice of the padded image per element of the
/// kernel.
Operand dilated_max(NodeImport& node, Operand x, const Window& window, float padding) {
  Pad pad{Shape(window.rank + 2, 0), Shape(window.rank + 2, 0), padding};
  for (std::size_t i = 3 - window.rank; i < 3; ++i) {
    pad.begin[axis_in(window, i)] = window.pad_begin[i];
    pad.end[axis_in(window, i)] = window.pad_end[i];
  }
  x = node.emit(pad, {x});
  for (std::size_t i = 3 - window.rank; i < 3; ++i) {
    Shape sizes = node.shape(x);
    std::int64_t& size = sizes[axis_in(window, i)];
    const std::int64_t extent = window.dilation[i] * (window.kernel[i] - 1) + 1;
    size = (size - extent) / window.stride[i] + 1;
    Operand largest{};
    for (std::int64_t k = 0; k < window.kernel[i]; ++k) {
      Slice slice{Shape(window.rank + 2, 0), Shape(window.rank + 2, 1)};
      slice.start[axis_in(window, i)] = k * window.dilation[i];
      slice.step[axis_in(window, i)] = window.stride[i];
      const Operand part = node.emit(slice, {x}, sizes);
      largest = k == 0 ? part : node.binary(BinaryFunction::kMax, largest, part);
    }
    x = largest;
  }
  return x;
}

/// Sums of dilated windows: a convolution of each channel with ones.
Operand dilated_sum(NodeImport& node, Operand x, const Window& window) {
  const std::int64_t channels = node.shape(x)[1];
  Conv conv{window.kernel, window.stride, window.dilation, window.pad_begin, window.pad_end, {}, channels, {}};
  Shape kernel{channels, 1};
  for (std::size_t i = 3 - window.rank; i < 3; ++i) kernel.push_back(window.kernel[i]);
  const Operand ones = node.constant(kernel, std::vector<float>(static_cast<std::size_t>(elements(kernel)), 1));
  return node.emit(conv, {x, ones});
}

bool is_dilated(const Window& window) {
  for (std::size_t i = 0; i < 3; ++i)
    if (window.dilation[i] != 1 && window.kernel[i] != 1) return true;
  return false;
}

Pool pool_of(const Window& window, PoolKind kind, bool count_pad) {
  return {kind, window.kernel, window.stride, window.pad_begin, window.pad_end, count_pad, {}};
}

/// Lower than any number of a network, and finite: an infinity would become NaN where a chip multiplies by zero.
constexpr float kLowest = -3.4e38F;

void max_pool(NodeImport& node) {
  if (node.has_output(1)) throw Unsupported{"indices of the largest elements"};
  const Operand x = node.as_float(node.input(0));
  const Window window = window_of(node, node.shape(x));
  require_room(window, node.shape(x));
  if (!is_dilated(window)) return node.result(node.emit(pool_of(window, PoolKind::kMax, false), {x}));
  node.result(dilated_max(node, x, window, kLowest));
}

/// How many elements each window of one axis covers: of the image, or with `counts_pad` of the padded image, whose
/// padding ends where the model says and not where ceil_mode's last window does.
std::vector<float> covered(const Window& window, std::size_t i, std::int64_t size, std::int64_t stated_end,
                           bool counts_pad, std::int64_t windows) {
  const std::int64_t first = counts_pad ? -window.pad_begin[i] : 0, last = counts_pad ? size + stated_end : size;
  std::vector<float> counts;
  for (std::int64_t o = 0; o < windows; ++o) {
    std::int64_t count = 0;
    for (std::int64_t k = 0; k < window.kernel[i]; ++k) {
      const std::int64_t at = o * window.stride[i] - window.pad_begin[i] + k * window.dilation[i];
      count += at >= first && at < last ? 1 : 0;
    }
    counts.push_back(static_cast<float>(std::max<std::int64_t>(1, count)));
  }
  return counts;
}

/// Sums of windows divided by how many elements each has, where a pool's own division does not fit.
Operand averaged(NodeImport& node, Operand sums, const Window& window, const Shape& image, const Spatial& stated_end,
                 bool counts_pad) {
  const Shape& shape = node.shape(sums);
  Shape sizes(shape.size(), 1);
  std::copy(shape.begin() + 2, shape.end(), sizes.begin() + 2);
  std::vector<float> divisors(1, 1);
  for (std::size_t i = 3 - window.rank; i < 3; ++i) {
    const std::size_t axis = axis_in(window, i);
    const auto counts = covered(window, i, image[axis], stated_end[i], counts_pad, shape[axis]);
    std::vector<float> next;
    for (const float divisor : divisors)
      for (const float count : counts) next.push_back(divisor * count);
    divisors = std::move(next);
  }
  for (float& divisor : divisors) divisor = 1 / divisor;
  return node.binary(BinaryFunction::kMul, sums, node.constant(sizes, std::move(divisors)));
}

void average_pool(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Window window = window_of(node, node.shape(x));
  require_room(window, node.shape(x));
  const bool counts_pad = node.integer("count_include_pad", 0) != 0;
  const auto pads = node.integers("pads");
  Spatial stated_end = window.pad_end;
  if (node.integer("ceil_mode", 0) != 0 && !pads.empty())
    stated_end = spatial({pads.begin() + static_cast<std::ptrdiff_t>(window.rank), pads.end()}, window.rank, 0);
  else if (node.integer("ceil_mode", 0) != 0)
    stated_end = {};
  const bool is_plain = !is_dilated(window) && (!counts_pad || stated_end == window.pad_end);
  if (is_plain) return node.result(node.emit(pool_of(window, PoolKind::kAverage, counts_pad), {x}));
  Operand sum{};
  if (is_dilated(window)) {
    sum = dilated_sum(node, x, window);
  } else {
    const auto count = static_cast<float>(window.kernel[0] * window.kernel[1] * window.kernel[2]);
    sum = node.unary(UnaryFunction::kAffine, node.emit(pool_of(window, PoolKind::kAverage, true), {x}), count);
  }
  node.result(averaged(node, sum, window, node.shape(x), stated_end, counts_pad));
}

/// |x|^p.
Operand power_of_size(NodeImport& node, Operand x, float p) {
  if (p == 2) return node.binary(BinaryFunction::kMul, x, x);
  const Operand size = node.unary(UnaryFunction::kAbs, x);
  return p == 1 ? size : node.binary(BinaryFunction::kPow, size, node.scalar(p, 0));
}

/// x^(1/p).
Operand root(NodeImport& node, Operand x, float p) {
  if (p == 2) return node.unary(UnaryFunction::kSqrt, x);
  return p == 1 ? x : node.binary(BinaryFunction::kPow, x, node.scalar(1 / p, 0));
}

/// (sum |x|^p)^(1/p) over the window, padding counting as 0.
void lp_pool(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Window window = window_of(node, node.shape(x));
  require_room(window, node.shape(x));
  const auto p = static_cast<float>(node.integer("p", 2));
  const Operand powers = power_of_size(node, x, p);
  Operand sum{};
  if (is_dilated(window)) {
    sum = dilated_sum(node, powers, window);
  } else {
    const auto count = static_cast<float>(window.kernel[0] * window.kernel[1] * window.kernel[2]);
    sum = node.unary(UnaryFunction::kAffine, node.emit(pool_of(window, PoolKind::kAverage, true), {powers}), count);
  }
  node.result(root(node, sum, p));
}

template <PoolKind Kind>
void global_pool(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape& shape = node.shape(x);
  if (shape.size() < 3 || shape.size() > 5) throw Unsupported{fmt::format("a tensor of rank {}", shape.size())};
  Pool pool;
  pool.kind = Kind;
  pool.kernel = spatial({shape.begin() + 2, shape.end()}, shape.size() - 2, 1);
  node.result(node.emit(pool, {x}));
}

void global_lp_pool(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  std::vector<std::int64_t> axes(std::max<std::size_t>(2, node.shape(x).size()) - 2);
  std::iota(axes.begin(), axes.end(), 2);
  const auto p = static_cast<float>(node.integer("p", 2));
  node.result(root(node, node.reduce(ReduceFunction::kSum, power_of_size(node, x, p), axes), p));
}

}  // namespace

void add_pool_operators(ImporterTable& table) {
  table.insert({{"AveragePool", average_pool},
                {"GlobalAveragePool", global_pool<PoolKind::kAverage>},
                {"GlobalLpPool", global_lp_pool},
                {"GlobalMaxPool", global_pool<PoolKind::kMax>},
                {"LpPool", lp_pool},
                {"MaxPool", max_pool}});
}

}  // namespace bmemu::kernels::onnx_import
