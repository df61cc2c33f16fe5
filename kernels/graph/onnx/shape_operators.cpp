// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that make, read or change shapes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

void identity(NodeImport& node) {
  if (node.has_sequence(0)) return node.result_sequence(node.sequence(0));
  node.result(node.input(0));
}

/// A part that only training has; from operator set 12 on an input asks for it.
void dropout(NodeImport& node) {
  const bool trains = node.opset() >= 12 && node.has(2) && node.constant_floats(2, "training_mode").at(0) != 0;
  if (trains) throw Unsupported{"training"};
  node.result(node.input(0));
  const Shape shape = node.shape(node.input(0));
  if (node.has_output(1)) node.result(node.broadcast(node.constant({}, {1}, Kind::kBool), shape), 1);
}

void constant(NodeImport& node) {
  if (const auto* tensor = node.tensor("value")) return node.result(add_tensor(node.graph(), "constant", *tensor));
  if (node.has_attribute("value_float")) return node.result(node.constant({}, {node.number("value_float", 0)}));
  if (node.has_attribute("value_floats")) {
    auto floats = node.numbers("value_floats");
    const auto count = static_cast<std::int64_t>(floats.size());
    return node.result(node.constant({count}, std::move(floats)));
  }
  if (!node.has_attribute("value_int") && !node.has_attribute("value_ints"))
    throw Unsupported{"a constant without numbers"};
  const bool is_scalar = node.has_attribute("value_int");
  const auto list = is_scalar ? std::vector<std::int64_t>{node.integer("value_int", 0)} : node.integers("value_ints");
  std::vector<std::int32_t> data(list.begin(), list.end());
  node.result(node.indices(is_scalar ? Shape{} : Shape{static_cast<std::int64_t>(list.size())}, std::move(data)));
}

void constant_of_shape(NodeImport& node) {
  const Shape shape = node.constant_integers(0, "shape");
  node.require_size(shape);
  const auto count = static_cast<std::size_t>(elements(shape));
  const auto* tensor = node.tensor("value");
  if (!tensor) return node.result(node.constant(shape, std::vector<float>(count)));
  const Operand one = add_tensor(node.graph(), "value", *tensor);
  const float number = node.floats_of(one, "value").at(0);
  if (one.kind == Kind::kInteger)
    return node.result(node.indices(shape, std::vector<std::int32_t>(count, static_cast<std::int32_t>(number))));
  node.result(node.constant(shape, std::vector<float>(count, number), one.kind));
}

void shape(NodeImport& node) {
  const Shape& of = node.shape(node.input(0));
  const auto rank = static_cast<std::int64_t>(of.size());
  const auto bound = [&](std::int64_t axis) {
    return std::clamp<std::int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  const std::int64_t start = bound(node.integer("start", 0)), end = bound(node.integer("end", rank));
  std::vector<std::int32_t> sizes;
  for (std::int64_t i = start; i < end; ++i)
    sizes.push_back(static_cast<std::int32_t>(of[static_cast<std::size_t>(i)]));
  const auto count = static_cast<std::int64_t>(sizes.size());
  node.result(node.indices({count}, std::move(sizes)));
}

void size(NodeImport& node) {
  node.result(node.indices({}, {static_cast<std::int32_t>(elements(node.shape(node.input(0))))}));
}

void range(NodeImport& node) {
  const bool is_integer = node.input(0).kind == Kind::kInteger;
  const float start = node.constant_floats(0, "start").at(0), limit = node.constant_floats(1, "limit").at(0),
              delta = node.constant_floats(2, "delta").at(0);
  const double steps = std::ceil(static_cast<double>(limit - start) / static_cast<double>(delta));
  if (!(steps <= double(kMostElements))) throw Unsupported{fmt::format("{} elements", steps)};
  const auto count = static_cast<std::int64_t>(std::max(steps, 0.0));
  std::vector<float> data;
  for (std::int64_t i = 0; i < count; ++i) data.push_back(start + static_cast<float>(i) * delta);
  if (!is_integer) return node.result(node.constant({count}, std::move(data)));
  node.result(node.indices({count}, std::vector<std::int32_t>(data.begin(), data.end())));
}

void reshape(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape& from = node.shape(x);
  const auto stated = node.integers_of(1, "shape");
  if (!stated) throw Unsupported{"no shape"};
  Shape to = *stated;
  const bool keeps_zeros = node.integer("allowzero", 0) != 0;
  for (std::size_t i = 0; i < to.size(); ++i)
    if (to[i] == 0 && !keeps_zeros) {
      if (i >= from.size()) throw Unsupported{"a dimension to be kept that is not there"};
      to[i] = from[i];
    }
  const std::int64_t count = elements(from);
  const auto open = std::find(to.begin(), to.end(), -1);
  const auto known = [&] {
    return std::accumulate(to.begin(), to.end(), std::int64_t(1), [](auto a, auto b) { return b == -1 ? a : a * b; });
  };
  // A shape written down for the model's own batch, compiled for another.
  const bool is_scalable = node.batch() != node.model_batch() && !to.empty() && to[0] == node.model_batch() &&
                           (*stated)[0] != 0 && (open != to.end() || known() != count);
  if (is_scalable) to[0] = node.batch();
  if (open != to.end()) *open = known() == 0 ? 0 : count / known();
  if (elements(to) != count) throw Unsupported{fmt::format("{} elements as {}", count, text(to))};
  node.result(node.emit(Reshape{}, {x}, to));
}

void flatten(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape& from = node.shape(x);
  std::int64_t axis = node.integer("axis", 1);
  if (axis < 0) axis += static_cast<std::int64_t>(from.size());
  if (axis < 0 || axis > static_cast<std::int64_t>(from.size())) throw Unsupported{"axis outside of the tensor"};
  const std::int64_t rows = elements({from.begin(), from.begin() + axis});
  node.result(node.emit(Reshape{}, {x}, {rows, elements({from.begin() + axis, from.end()})}));
}

void squeeze(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape& from = node.shape(x);
  const auto axes = node.integers_of(1, "axes");
  std::vector<bool> is_dropped(from.size());
  for (std::size_t i = 0; i < from.size() && !axes; ++i) is_dropped[i] = from[i] == 1;
  if (axes)
    for (const auto axis : *axes) is_dropped[static_cast<std::size_t>(NodeImport::axis_of(axis, from.size()))] = true;
  Shape to;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (!is_dropped[i]) to.push_back(from[i]);
  node.result(node.emit(Reshape{}, {x}, to));
}

void unsqueeze(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape& from = node.shape(x);
  const auto axes = node.integers_of(1, "axes");
  if (!axes) throw Unsupported{"no axes"};
  Shape to(from.size() + axes->size(), 0);
  for (const auto axis : *axes) to[static_cast<std::size_t>(NodeImport::axis_of(axis, to.size()))] = 1;
  auto next = from.begin();
  for (auto& dimension : to)
    if (dimension == 0 && next != from.end()) dimension = *next++;
  node.result(node.emit(Reshape{}, {x}, to));
}

void expand(NodeImport& node) {
  const Operand x = node.input(0);
  Shape to = node.constant_integers(1, "shape");
  Shape from = node.shape(x);
  if (from.size() < to.size()) from.insert(from.begin(), to.size() - from.size(), 1);
  if (to.size() < from.size()) to.insert(to.begin(), from.size() - to.size(), 1);
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == 1) to[i] = from[i];
    if (from[i] != 1 && from[i] != to[i]) throw Unsupported{fmt::format("{} to {}", text(from), text(to))};
  }
  const Operand wide = node.broadcast(node.reshape(x, from), to);
  node.result(wide.id == x.id ? node.emit(Reshape{}, {x}, to) : wide);
}

void tile(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape from = node.shape(x);
  const auto repeats = node.constant_integers(1, "repeats");
  if (repeats.size() != from.size()) throw Unsupported{"another number of repeats than dimensions"};
  Operand now = x;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (repeats[i] == 1) continue;
    if (repeats[i] < 1) throw Unsupported{"a repeat below 1"};
    Shape shape = node.shape(now), split = shape;
    node.require_size({shape[i], repeats[i]});
    split.insert(split.begin() + static_cast<std::ptrdiff_t>(i), 1);
    Shape wide = split;
    wide[i] = repeats[i];
    shape[i] *= repeats[i];
    now = node.reshape(node.broadcast(node.reshape(now, split), wide), shape);
  }
  node.result(now.id == x.id ? node.emit(Reshape{}, {x}, from) : now);
}

void transpose(NodeImport& node) {
  const Operand x = node.input(0);
  auto order = node.integers("perm");
  if (order.empty()) {
    order.resize(node.shape(x).size());
    std::iota(order.rbegin(), order.rend(), 0);
  }
  for (auto& axis : order) axis = NodeImport::axis_of(axis, node.shape(x).size());
  node.result(node.emit(Permute{order}, {x}));
}

/// Blocks of `depth` = block x block channels become pixels.
void depth_to_space(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape s = node.shape(x);
  const std::int64_t block = node.integer("blocksize", 1);
  if (s.size() != 4 || block < 1 || s[1] % (block * block) != 0) throw Unsupported{"channels that are no blocks"};
  const std::int64_t channels = s[1] / (block * block);
  const bool is_columns_first = node.word("mode", "DCR") == "DCR";
  const Operand split = is_columns_first ? node.reshape(x, {s[0], block, block, channels, s[2], s[3]})
                                         : node.reshape(x, {s[0], channels, block, block, s[2], s[3]});
  const Operand moved = node.permute(split, is_columns_first ? std::vector<std::int64_t>{0, 3, 4, 1, 5, 2}
                                                             : std::vector<std::int64_t>{0, 1, 4, 2, 5, 3});
  node.result(node.emit(Reshape{}, {moved}, {s[0], channels, s[2] * block, s[3] * block}));
}

void space_to_depth(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape s = node.shape(x);
  const std::int64_t block = node.integer("blocksize", 1);
  if (s.size() != 4 || block < 1 || s[2] % block != 0 || s[3] % block != 0)
    throw Unsupported{"an image that is no blocks"};
  const Operand split = node.reshape(x, {s[0], s[1], s[2] / block, block, s[3] / block, block});
  const Operand moved = node.permute(split, {0, 3, 5, 1, 2, 4});
  node.result(node.emit(Reshape{}, {moved}, {s[0], s[1] * block * block, s[2] / block, s[3] / block}));
}

}  // namespace

void add_shape_operators(ImporterTable& table) {
  table.insert({{"Constant", constant},
                {"ConstantOfShape", constant_of_shape},
                {"DepthToSpace", depth_to_space},
                {"Dropout", dropout},
                {"Expand", expand},
                {"Flatten", flatten},
                {"Identity", identity},
                {"Range", range},
                {"Reshape", reshape},
                {"Shape", shape},
                {"Size", size},
                {"SpaceToDepth", space_to_depth},
                {"Squeeze", squeeze},
                {"Tile", tile},
                {"Transpose", transpose},
                {"Unsqueeze", unsqueeze}});
}

}  // namespace bmemu::kernels::onnx_import
