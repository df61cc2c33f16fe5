// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolutions, plain and transposed.
#include <fmt/format.h>

#include <algorithm>

#include "kernels/graph/onnx/window.h"

namespace bmemu::kernels::onnx_import {

Spatial spatial(const std::vector<std::int64_t>& list, std::size_t rank, std::int64_t usual) {
  Spatial all{usual, usual, usual};
  if (list.empty()) return all;
  if (list.size() != rank) throw Unsupported{fmt::format("{} numbers for {} dimensions", list.size(), rank)};
  std::copy(list.begin(), list.end(), all.end() - static_cast<std::ptrdiff_t>(rank));
  return all;
}

Window window_of(const NodeImport& node, const Shape& shape, std::vector<std::int64_t> kernel) {
  if (shape.size() < 3 || shape.size() > 5)
    throw Unsupported{fmt::format("windows over a tensor of rank {}; 3 to 5 are possible", shape.size())};
  Window window;
  window.rank = shape.size() - 2;
  if (kernel.empty()) kernel = node.integers("kernel_shape");
  if (kernel.empty()) throw Unsupported{"no kernel_shape"};
  window.kernel = spatial(kernel, window.rank, 1);
  window.stride = spatial(node.integers("strides"), window.rank, 1);
  window.dilation = spatial(node.integers("dilations"), window.rank, 1);
  const auto at_least = [](const char* what, const Spatial& list, std::int64_t least) {
    for (const auto number : list) {
      if (number < least) throw Unsupported{fmt::format("{} {}; {} or more is possible", what, number, least)};
      if (number > kMostOfWindow)
        throw Unsupported{fmt::format("{} {}; at most {} is possible", what, number, kMostOfWindow)};
    }
  };
  at_least("kernel size", window.kernel, 1);
  at_least("stride", window.stride, 1);
  at_least("dilation", window.dilation, 1);
  const auto pads = node.integers("pads");
  const std::string automatic = node.word("auto_pad", "NOTSET");
  if (automatic == "NOTSET" && !pads.empty()) {
    if (pads.size() != 2 * window.rank) throw Unsupported{fmt::format("{} pads", pads.size())};
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(window.rank);
    window.pad_begin = spatial({pads.begin(), middle}, window.rank, 0);
    window.pad_end = spatial({middle, pads.end()}, window.rank, 0);
    at_least("padding", window.pad_begin, 0);
    at_least("padding", window.pad_end, 0);
  }
  for (std::size_t i = 3 - window.rank; i < 3; ++i) {
    const std::int64_t size = shape[2 + i - (3 - window.rank)], stride = window.stride[i];
    const std::int64_t extent = window.dilation[i] * (window.kernel[i] - 1) + 1;
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
      const std::int64_t out = (size + stride - 1) / stride;
      const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * stride + extent - size);
      window.pad_begin[i] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      window.pad_end[i] = total - window.pad_begin[i];
    }
    if (node.integer("ceil_mode", 0) != 0) {
      const std::int64_t room = size + window.pad_begin[i] + window.pad_end[i] - extent;
      std::int64_t steps = (room + stride - 1) / stride;
      // A window that would start in the padding behind the image is none.
      if (steps * stride >= size + window.pad_begin[i]) --steps;
      window.pad_end[i] += steps * stride - room;
    }
  }
  return window;
}

void require_room(const Window& window, const Shape& shape) {
  for (std::size_t i = 3 - window.rank; i < 3; ++i) {
    const std::size_t axis = 2 + i - (3 - window.rank);
    const std::int64_t extent = window.dilation[i] * (window.kernel[i] - 1) + 1;
    const std::int64_t room = shape[axis] + window.pad_begin[i] + window.pad_end[i];
    if (extent > room)
      throw Unsupported{
          fmt::format("a window of {} along dimension {}; with its padding it has {}", extent, axis, room)};
  }
}

namespace {

/// A convolution with weights that are computed: the elements below each place of the kernel side by side, and a
/// product of matrices per image and group.
Operand product_with_windows(NodeImport& node, Operand x, Operand weights, const Window& window, std::int64_t groups) {
  const Shape shape = node.shape(x), kernel = node.shape(weights);
  const std::int64_t images = shape[0], channels = shape[1], made = kernel[0];
  if (groups < 1 || kernel[1] * groups != channels || made % groups != 0)
    throw Unsupported{"groups do not divide the channels"};
  const std::size_t rank = shape.size(), first = 3 - window.rank;
  Pad grow{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0), 0};
  Shape out = shape;
  for (std::size_t i = 0; i < window.rank; ++i) {
    grow.begin[2 + i] = window.pad_begin[first + i];
    grow.end[2 + i] = window.pad_end[first + i];
    const std::int64_t extent = window.dilation[first + i] * (kernel[2 + i] - 1) + 1;
    out[2 + i] = (shape[2 + i] + grow.begin[2 + i] + grow.end[2 + i] - extent) / window.stride[first + i] + 1;
  }
  if (window.pad_begin != Spatial{} || window.pad_end != Spatial{}) x = node.emit(grow, {x});
  const std::int64_t places = elements({out.begin() + 2, out.end()}),
                     taps = elements({kernel.begin() + 2, kernel.end()});
  std::vector<Operand> columns;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    Slice cut{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 1)};
    std::int64_t rest = tap;
    for (std::size_t i = window.rank; i-- > 0; rest /= kernel[2 + i]) {
      cut.start[2 + i] = rest % kernel[2 + i] * window.dilation[first + i];
      cut.step[2 + i] = window.stride[first + i];
    }
    columns.push_back(node.reshape(node.emit(cut, {x}, out), {images * channels, 1, places}));
  }
  const Operand joined = taps == 1 ? columns[0] : node.emit(Concat{1}, columns);
  const std::int64_t depth = kernel[1] * taps;
  Operand rows = node.reshape(weights, {1, groups, made / groups, depth});
  rows = node.reshape(node.broadcast(rows, {images, groups, made / groups, depth}),
                      {images * groups, made / groups, depth});
  Shape result = out;
  result[1] = made;
  return node.reshape(node.matmul(rows, node.reshape(joined, {images * groups, depth, places})), result);
}

/// A computed bias is added behind.
Operand with_bias(NodeImport& node, Operand y) {
  const Shape per_channel = line_shape(node.shape(y).size(), 1, node.shape(y)[1]);
  return node.binary(BinaryFunction::kAdd, y, node.reshape(node.as_float(node.input(2)), per_channel));
}

void convolution(NodeImport& node) {
  const Operand x = node.as_float(node.input(0)), weights = node.as_float(node.input(1));
  const Shape kernel = node.shape(weights);
  if (kernel.size() < 3) throw Unsupported{"weights without spatial dimensions"};
  const Window window = window_of(node, node.shape(x), {kernel.begin() + 2, kernel.end()});
  require_room(window, node.shape(x));
  Conv conv{window.kernel,
            window.stride,
            window.dilation,
            window.pad_begin,
            window.pad_end,
            {},
            node.integer("group", 1),
            {}};
  std::vector<Operand> operands{x, weights};
  const bool has_constant_weights = node.is_constant(weights);
  const bool has_constant_bias = node.has(2) && node.is_constant(node.input(2)) && has_constant_weights;
  if (has_constant_bias) operands.push_back(node.input(2));
  const Operand y =
      has_constant_weights ? node.emit(conv, operands) : product_with_windows(node, x, weights, window, conv.groups);
  node.result(node.has(2) && !has_constant_bias ? with_bias(node, y) : y);
}

/// (ic, oc / groups, k...) to (oc, ic / groups, k...) with every kernel turned around.
std::vector<float> turned(const std::vector<float>& weights, std::int64_t channels, std::int64_t made,
                          std::int64_t size, std::int64_t groups) {
  std::vector<float> result(weights.size());
  const std::int64_t channels_in_group = channels / groups;
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t o = 0; o < made; ++o) {
      const std::int64_t group = c / channels_in_group;
      const float* from = weights.data() + (c * made + o) * size;
      float* to = result.data() + ((group * made + o) * channels_in_group + c % channels_in_group) * size;
      std::reverse_copy(from, from + size, to);
    }
  return result;
}

/// Output sizes and paddings: of the sum that would have to be cut from the full result.
void resolve_padding(const NodeImport& node, const Shape& shape, Window& window, Spatial& output_pad) {
  const std::string automatic = node.word("auto_pad", "NOTSET");
  const Spatial wanted = spatial(node.integers("output_shape"), window.rank, 0);
  output_pad = spatial(node.integers("output_padding"), window.rank, 0);
  if (automatic == "NOTSET" && !node.has_attribute("output_shape")) return;
  for (std::size_t i = 3 - window.rank; i < 3; ++i) {
    const std::int64_t size = shape[2 + i - (3 - window.rank)], stride = window.stride[i];
    const std::int64_t full = stride * (size - 1) + output_pad[i] + window.dilation[i] * (window.kernel[i] - 1) + 1;
    if (automatic == "VALID") continue;
    const std::int64_t out = node.has_attribute("output_shape") ? wanted[i] : size * stride;
    const std::int64_t total = std::max<std::int64_t>(0, full - out);
    window.pad_begin[i] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    window.pad_end[i] = total - window.pad_begin[i];
    if (full < out) output_pad[i] += out - full;
  }
}

void transposed_convolution(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape kernel = node.shape(node.input(1)), shape = node.shape(x);
  if (kernel.size() < 3 || kernel.size() != shape.size()) throw Unsupported{"weights of another rank than the input"};
  Window window = window_of(node, shape, {kernel.begin() + 2, kernel.end()});
  Spatial output_pad{};
  resolve_padding(node, shape, window, output_pad);
  Conv conv;
  conv.kernel = window.kernel;
  conv.dilation = window.dilation;
  conv.groups = node.integer("group", 1);
  if (conv.groups < 1 || kernel[0] != shape[1] || kernel[0] % conv.groups != 0)
    throw Unsupported{"groups do not divide the channels"};
  Shape cut_from;
  bool is_cut = false;
  Spatial cut{};
  for (std::size_t i = 0; i < 3; ++i) {
    conv.insert[i] = window.stride[i] - 1;
    const std::int64_t reach = window.dilation[i] * (window.kernel[i] - 1);
    const std::int64_t begin = reach - window.pad_begin[i], end = reach - window.pad_end[i] + output_pad[i];
    conv.pad_begin[i] = std::max<std::int64_t>(0, begin);
    conv.pad_end[i] = std::max<std::int64_t>(0, end);
    cut[i] = std::max<std::int64_t>(0, -begin);
    is_cut = is_cut || begin < 0 || end < 0;
    // What is cut behind, the size of the slice says.
    cut_from.push_back(std::max<std::int64_t>(0, -end));
  }
  const std::int64_t size = elements({kernel.begin() + 2, kernel.end()}), made = kernel[1] * conv.groups;
  Shape new_shape = kernel;
  new_shape[0] = made;
  new_shape[1] = kernel[0] / conv.groups;
  std::vector<Operand> operands{
      x, node.constant(new_shape, turned(node.constant_floats(1, "weights"), kernel[0], kernel[1], size, conv.groups))};
  if (node.has(2)) operands.push_back(node.constant({made}, node.constant_floats(2, "bias")));
  Operand y = node.emit(conv, operands);
  for (std::size_t i = 3 - window.rank; is_cut && i < 3; ++i) {
    const std::size_t axis = 2 + i - (3 - window.rank);
    y = node.slice(y, static_cast<std::int64_t>(axis), cut[i], node.shape(y)[axis] - cut[i] - cut_from[i]);
  }
  node.result(y);
}

}  // namespace

void add_convolution_operators(ImporterTable& table) {
  table.insert({{"Conv", convolution}, {"ConvTranspose", transposed_convolution}});
}

}  // namespace bmemu::kernels::onnx_import
