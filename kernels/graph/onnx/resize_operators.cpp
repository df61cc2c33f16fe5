// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Resize and Upsample. Every output element of an axis is a weighted sum of input elements; where there are at most
// two, the primitive does it, else a product with the matrix of weights.
#include <algorithm>
#include <cmath>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

struct Settings {
  std::string mode, coordinates, nearest;
  double cubic = -0.75;
  bool excludes_outside = false;
  bool antialias = false;
  float extrapolation = 0;
};

struct Axis {
  std::int64_t in = 1, out = 1;
  double scale = 1;
  double roi_begin = 0, roi_end = 1;
};

/// The weights of an axis: out rows of in columns.
struct Weights {
  std::vector<std::vector<float>> rows;
  std::vector<bool> is_outside;  ///< of the region: the extrapolation value stands there
};

double source(const Settings& settings, const Axis& axis, std::int64_t i) {
  const double x = static_cast<double>(i), in = static_cast<double>(axis.in), out = axis.scale * in;
  const std::string& mode = settings.coordinates;
  if (mode == "asymmetric") return x / axis.scale;
  if (mode == "align_corners") return out == 1 ? 0 : x * (in - 1) / (out - 1);
  if (mode == "tf_half_pixel_for_nn") return (x + 0.5) / axis.scale;
  if (mode == "pytorch_half_pixel") return axis.out > 1 ? (x + 0.5) / axis.scale - 0.5 : 0;
  if (mode == "half_pixel_symmetric") {
    const double adjustment = static_cast<double>(axis.out) / out;
    return in / 2 * (1 - adjustment) + (x + 0.5) / axis.scale - 0.5;
  }
  if (mode == "tf_crop_and_resize")
    return axis.out > 1 ? axis.roi_begin * (in - 1) + x * (axis.roi_end - axis.roi_begin) * (in - 1) / (out - 1)
                        : 0.5 * (axis.roi_begin + axis.roi_end) * (in - 1);
  if (mode == "half_pixel") return (x + 0.5) / axis.scale - 0.5;
  throw Unsupported{"coordinate_transformation_mode " + mode};
}

double cubic(double x, double a) {
  x = std::abs(x);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/// Weights of the neighbours; the middle two lie `ratio` and 1 - `ratio` away, ratio in (0, 1].
std::vector<double> neighbours(const Settings& settings, double ratio, double scale) {
  if (settings.mode == "nearest") {
    const std::string& mode = settings.nearest;
    const bool takes_left = mode == "floor" || (mode == "round_prefer_floor" && ratio <= 0.5) ||
                            (mode == "round_prefer_ceil" && ratio < 0.5);
    return takes_left && ratio != 1 ? std::vector<double>{1, 0} : std::vector<double>{0, 1};
  }
  const double shrink = settings.antialias ? std::min(scale, 1.0) : 1.0;
  const bool is_linear = settings.mode == "linear";
  const auto first = static_cast<std::int64_t>(std::floor((is_linear ? -1 : -2) / shrink)) + 1;
  std::vector<double> weights;
  double sum = 0;
  for (std::int64_t i = first; i < 2 - first; ++i) {
    const double at = (static_cast<double>(i) - ratio) * shrink;
    weights.push_back(is_linear ? std::clamp(1 - std::abs(at), 0.0, 1.0) : cubic(at, settings.cubic));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

Weights weights_of(const Settings& settings, const Axis& axis) {
  Weights weights;
  for (std::int64_t i = 0; i < axis.out; ++i) {
    const double x = source(settings, axis, i);
    const bool is_whole = x == std::floor(x);
    const auto left = static_cast<std::int64_t>(std::floor(x)) - (is_whole ? 1 : 0);
    const auto list = neighbours(settings, is_whole ? 1 : x - std::floor(x), axis.scale);
    const std::int64_t first = left - static_cast<std::int64_t>(list.size()) / 2 + 1;
    std::vector<double> row(static_cast<std::size_t>(axis.in));
    double sum = 0;
    for (std::size_t k = 0; k < list.size(); ++k) {
      const std::int64_t at = first + static_cast<std::int64_t>(k);
      if (settings.excludes_outside && (at < 0 || at >= axis.in)) continue;
      row[static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, axis.in - 1))] += list[k];
      sum += list[k];
    }
    weights.rows.emplace_back();
    for (const double weight : row) weights.rows.back().push_back(static_cast<float>(weight / sum));
    weights.is_outside.push_back(settings.coordinates == "tf_crop_and_resize" &&
                                 (x < 0 || x > static_cast<double>(axis.in - 1)));
  }
  return weights;
}

/// Empty when an element needs more than two.
std::vector<ResizeTap> taps_of(const Weights& weights) {
  std::vector<ResizeTap> taps;
  for (const auto& row : weights.rows) {
    std::vector<std::size_t> used;
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] != 0) used.push_back(k);
    if (used.empty() || used.size() > 2) return {};
    taps.push_back({static_cast<std::int64_t>(used.front()), static_cast<std::int64_t>(used.back()),
                    used.size() == 2 ? row[used.back()] : 0});
  }
  return taps;
}

Operand by_matrix(NodeImport& node, Operand x, std::size_t axis, const Weights& weights) {
  const Shape shape = node.shape(x);
  const auto in = static_cast<std::size_t>(shape[axis]), out = weights.rows.size();
  std::vector<float> matrix(in * out);
  for (std::size_t o = 0; o < out; ++o)
    for (std::size_t i = 0; i < in; ++i) matrix[i * out + o] = weights.rows[o][i];
  std::vector<std::int64_t> order(shape.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  std::swap(order[axis], order.back());
  Operand moved = node.permute(x, order);
  Shape sizes = node.shape(moved);
  const std::int64_t rows = elements(sizes) / static_cast<std::int64_t>(in);
  moved =
      node.matmul(node.reshape(moved, {1, rows, static_cast<std::int64_t>(in)}),
                  node.constant({1, static_cast<std::int64_t>(in), static_cast<std::int64_t>(out)}, std::move(matrix)));
  sizes.back() = static_cast<std::int64_t>(out);
  return node.permute(node.reshape(moved, sizes), order);
}

/// The axes that change: by the primitive when there are at most three behind each other, else one by one.
Operand resized(NodeImport& node, Operand x, const std::vector<Axis>& axes, const Settings& settings) {
  std::vector<Weights> weights;
  std::size_t first = axes.size();
  for (std::size_t i = 0; i < axes.size(); ++i) {
    weights.push_back(weights_of(settings, axes[i]));
    if (first == axes.size() && (axes[i].in != axes[i].out || settings.coordinates == "tf_crop_and_resize")) first = i;
  }
  const Shape shape = node.shape(x);
  if (first == axes.size()) return node.emit(Reshape{}, {x}, shape);
  if (first > 2 && axes.size() <= 5) first = 2;
  Resize resize;
  for (auto& taps : resize.taps) taps = {ResizeTap{}};
  bool fits = axes.size() - first <= 3;
  for (std::size_t i = first; fits && i < axes.size(); ++i) {
    auto& taps = resize.taps[3 - (axes.size() - i)] = taps_of(weights[i]);
    fits = !taps.empty();
    for (const ResizeTap& tap : taps) resize.is_linear = resize.is_linear || tap.weight != 0;
  }
  Operand y = x;
  if (fits) {
    Shape image{1, elements({shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(first)})};
    if (first == 2) image = {shape[0], shape[1]};
    image.insert(image.end(), shape.begin() + static_cast<std::ptrdiff_t>(first), shape.end());
    Shape to = shape;
    for (std::size_t i = 0; i < axes.size(); ++i) to[i] = axes[i].out;
    y = node.reshape(node.emit(resize, {node.reshape(x, image)}), to);
  } else {
    for (std::size_t i = first; i < axes.size(); ++i)
      if (axes[i].in != axes[i].out || settings.coordinates == "tf_crop_and_resize")
        y = by_matrix(node, y, i, weights[i]);
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (std::find(weights[i].is_outside.begin(), weights[i].is_outside.end(), true) == weights[i].is_outside.end())
      continue;
    Shape line(axes.size(), 1);
    line[i] = axes[i].out;
    std::vector<float> inside, outside;
    for (const bool is_outside : weights[i].is_outside) {
      inside.push_back(is_outside ? 0.0F : 1.0F);
      outside.push_back(is_outside ? settings.extrapolation : 0.0F);
    }
    y = node.binary(BinaryFunction::kMul, y, node.constant(line, std::move(inside)));
    y = node.binary(BinaryFunction::kAdd, y, node.constant(line, std::move(outside)));
  }
  return y;
}

std::vector<std::int64_t> resized_axes(const NodeImport& node, std::size_t rank) {
  std::vector<std::int64_t> axes = node.integers("axes");
  for (std::size_t i = 0; axes.size() < rank && !node.has_attribute("axes"); ++i)
    axes.push_back(static_cast<std::int64_t>(i));
  for (auto& axis : axes) axis = NodeImport::axis_of(axis, rank);
  return axes;
}

void set_scales(std::vector<Axis>& axes, const std::vector<std::int64_t>& which, const std::vector<float>& scales) {
  if (scales.size() != which.size()) throw Unsupported{"another number of scales than axes"};
  for (std::size_t i = 0; i < which.size(); ++i) {
    Axis& axis = axes[static_cast<std::size_t>(which[i])];
    if (!(scales[i] > 0)) throw Unsupported{"a scale that is not positive"};
    axis.scale = static_cast<double>(scales[i]);
    // In the scale's own precision: 17 / 9 as a float, times 9, is 17, and a little less in doubles.
    const float size = std::floor(static_cast<float>(axis.in) * scales[i]);
    axis.out = static_cast<std::int64_t>(std::min(double(size), double(kMostElements) + 1));
  }
}

void set_sizes(std::vector<Axis>& axes, const std::vector<std::int64_t>& which, const std::vector<std::int64_t>& sizes,
               const std::string& policy) {
  if (sizes.size() != which.size()) throw Unsupported{"another number of sizes than axes"};
  std::vector<double> scales;
  for (std::size_t i = 0; i < which.size(); ++i)
    scales.push_back(static_cast<double>(sizes[i]) / static_cast<double>(axes[static_cast<std::size_t>(which[i])].in));
  const double common = policy == "not_larger" ? *std::min_element(scales.begin(), scales.end())
                                               : *std::max_element(scales.begin(), scales.end());
  for (std::size_t i = 0; i < which.size(); ++i) {
    Axis& axis = axes[static_cast<std::size_t>(which[i])];
    axis.scale = policy == "stretch" ? scales[i] : common;
    axis.out = policy == "stretch" ? sizes[i]
                                   : static_cast<std::int64_t>(std::floor(common * static_cast<double>(axis.in) + 0.5));
  }
}

Settings settings_of(const NodeImport& node) {
  const bool is_old = node.op() == "Upsample" || node.opset() < 11;
  Settings settings;
  settings.mode = node.word("mode", "nearest");
  if (settings.mode == "bilinear" || settings.mode == "trilinear") settings.mode = "linear";
  if (settings.mode != "nearest" && settings.mode != "linear" && settings.mode != "cubic")
    throw Unsupported{"mode " + settings.mode};
  settings.coordinates = is_old ? "asymmetric" : node.word("coordinate_transformation_mode", "half_pixel");
  settings.nearest = is_old ? "floor" : node.word("nearest_mode", "round_prefer_floor");
  settings.cubic = static_cast<double>(node.number("cubic_coeff_a", -0.75F));
  settings.excludes_outside = node.integer("exclude_outside", 0) != 0;
  settings.antialias = node.integer("antialias", 0) != 0;
  settings.extrapolation = node.number("extrapolation_value", 0);
  return settings;
}

void resize(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  const Settings settings = settings_of(node);
  std::vector<Axis> axes(shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i) axes[i].in = axes[i].out = shape[i];
  const auto which = resized_axes(node, shape.size());
  const bool is_old = node.op() == "Upsample" || node.opset() < 11;
  if (is_old && node.has_attribute("scales")) {
    set_scales(axes, which, node.numbers("scales"));
  } else if (is_old) {
    set_scales(axes, which, node.constant_floats(1, "scales"));
  } else {
    auto sizes = node.has(3) ? node.constant_integers(3, "sizes") : std::vector<std::int64_t>();
    if (!sizes.empty()) {
      // Sizes written down for the model's own batch, compiled for another.
      if (which.size() == shape.size() && node.batch() != node.model_batch() && sizes[0] == node.model_batch())
        sizes[0] = shape[0];
      set_sizes(axes, which, sizes, node.word("keep_aspect_ratio_policy", "stretch"));
    } else {
      set_scales(axes, which, node.constant_floats(2, "scales"));
    }
    if (settings.coordinates == "tf_crop_and_resize") {
      const auto roi = node.constant_floats(1, "roi");
      if (roi.size() != 2 * which.size()) throw Unsupported{"another number of regions than axes"};
      for (std::size_t i = 0; i < which.size(); ++i) {
        axes[static_cast<std::size_t>(which[i])].roi_begin = static_cast<double>(roi[i]);
        axes[static_cast<std::size_t>(which[i])].roi_end = static_cast<double>(roi[which.size() + i]);
      }
    }
  }
  Shape to;
  for (const Axis& axis : axes) to.push_back(axis.out);
  if (std::any_of(to.begin(), to.end(), [](std::int64_t size) { return size < 1; }))
    throw Unsupported{"an empty result"};
  node.require_size(to);
  node.result(resized(node, x, axes, settings));
}

}  // namespace

void add_resize_operators(ImporterTable& table) { table.insert({{"Resize", resize}, {"Upsample", resize}}); }

}  // namespace bmemu::kernels::onnx_import
