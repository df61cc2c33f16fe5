// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that place elements: concat, slices, padding, gather.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

void concat(NodeImport& node) {
  std::vector<Operand> operands;
  for (std::size_t i = 0; i < node.inputs(); ++i) operands.push_back(node.input(i));
  const std::int64_t axis = node.axis(node.opset() < 4 ? 1 : 0, node.shape(operands.front()).size());
  node.result(node.joined(std::move(operands), axis));
}

void split(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape& shape = node.shape(x);
  const std::int64_t axis = node.axis(0, shape.size());
  const std::int64_t size = shape[static_cast<std::size_t>(axis)];
  auto sizes = node.integers_of(1, "split").value_or(std::vector<std::int64_t>());
  if (sizes.empty()) {
    const std::int64_t parts = node.integer("num_outputs", static_cast<std::int64_t>(node.outputs()));
    if (parts < 1) throw Unsupported{"no parts"};
    const std::int64_t each = (size + parts - 1) / parts;
    for (std::int64_t i = 0; i < parts; ++i) sizes.push_back(std::min(each, size - std::min(size, i * each)));
  }
  if (std::accumulate(sizes.begin(), sizes.end(), std::int64_t(0)) != size || sizes.size() < node.outputs())
    throw Unsupported{fmt::format("parts that do not add up to {}", size)};
  std::int64_t start = 0;
  for (std::size_t i = 0; i < node.outputs(); start += sizes[i++]) {
    const bool is_whole = sizes[i] == size;
    node.result(is_whole ? node.emit(Reshape{}, {x}, shape) : node.slice(x, axis, start, sizes[i]), i);
  }
}

void slice(NodeImport& node) {
  const Operand x = node.input(0);
  Shape sizes = node.shape(x);
  const std::size_t rank = sizes.size();
  const auto starts = node.integers_of(1, "starts"), ends = node.integers_of(2, "ends");
  if (!starts || !ends || starts->size() != ends->size()) throw Unsupported{"starts and ends do not belong together"};
  std::vector<std::int64_t> every(starts->size());
  std::iota(every.begin(), every.end(), 0);
  const auto axes = node.integers_of(3, "axes").value_or(every);
  const auto steps = node.has(4) ? node.constant_integers(4, "steps") : std::vector<std::int64_t>(starts->size(), 1);
  if (axes.size() != starts->size() || steps.size() != starts->size())
    throw Unsupported{"axes or steps of another length"};
  Slice cut{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 1)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(NodeImport::axis_of(axes[i], rank));
    const std::int64_t size = sizes[axis], step = steps[i];
    if (step == 0) throw Unsupported{"a step of 0"};
    const auto bound = [&](std::int64_t at, std::int64_t low, std::int64_t high) {
      return std::clamp(at < 0 ? at + size : at, low, high);
    };
    const std::int64_t start = step > 0 ? bound((*starts)[i], 0, size) : bound((*starts)[i], 0, size - 1);
    const std::int64_t end = step > 0 ? bound((*ends)[i], 0, size) : bound((*ends)[i], -1, size - 1);
    const std::int64_t count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
    cut.start[axis] = start;
    cut.step[axis] = step;
    sizes[axis] = std::max<std::int64_t>(0, count);
  }
  if (elements(sizes) == 0 && !node.is_constant(x)) throw Unsupported{"an empty result"};
  node.result(node.emit(cut, {x}, sizes));
}

/// Indices of the source for each place of a padded axis.
std::vector<std::int32_t> sources(const std::string& mode, std::int64_t size, std::int64_t begin, std::int64_t end) {
  std::vector<std::int32_t> list;
  for (std::int64_t i = -begin; i < size + end; ++i) {
    std::int64_t at = i;
    if (mode == "edge") at = std::clamp<std::int64_t>(at, 0, size - 1);
    if (mode == "wrap") at = (at % size + size) % size;
    if (mode == "reflect" && size > 1) {
      const std::int64_t period = 2 * (size - 1);
      at = (at % period + period) % period;
      at = std::min(at, period - at);
    }
    list.push_back(static_cast<std::int32_t>(std::clamp<std::int64_t>(at, 0, size - 1)));
  }
  return list;
}

void pad(NodeImport& node) {
  Operand x = node.input(0);
  const std::size_t rank = node.shape(x).size();
  const bool has_inputs = node.opset() >= 11;
  auto pads = has_inputs ? node.constant_integers(1, "pads") : node.integers("pads", node.integers("paddings"));
  const std::string mode = node.word("mode", "constant");
  const float number =
      has_inputs ? (node.has(2) ? node.constant_floats(2, "constant_value").at(0) : 0.0F) : node.number("value", 0);
  if (node.has(3)) {
    const auto axes = node.constant_integers(3, "axes");
    if (pads.size() != 2 * axes.size()) throw Unsupported{"another number of pads than axes"};
    std::vector<std::int64_t> all(2 * rank, 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const auto axis = static_cast<std::size_t>(NodeImport::axis_of(axes[i], rank));
      all[axis] = pads[i];
      all[rank + axis] = pads[axes.size() + i];
    }
    pads = all;
  }
  if (pads.size() != 2 * rank) throw Unsupported{fmt::format("{} pads for {} dimensions", pads.size(), rank)};
  for (const std::int64_t count : pads)
    if (count < -kMostOfWindow || count > kMostOfWindow)
      throw Unsupported{fmt::format("padding {}; at most {} is possible", count, kMostOfWindow)};
  Pad grow{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0), number};
  bool grows = false;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t cut_begin = std::max<std::int64_t>(0, -pads[i]),
                       cut_end = std::max<std::int64_t>(0, -pads[rank + i]);
    if (cut_begin + cut_end > 0)
      x = node.slice(x, static_cast<std::int64_t>(i), cut_begin, node.shape(x)[i] - cut_begin - cut_end);
    grow.begin[i] = std::max<std::int64_t>(0, pads[i]);
    grow.end[i] = std::max<std::int64_t>(0, pads[rank + i]);
    grows = grows || grow.begin[i] + grow.end[i] > 0;
  }
  if (!grows) return node.result(x.id == node.input(0).id ? node.emit(Reshape{}, {x}, node.shape(x)) : x);
  if (mode == "constant") return node.result(node.emit(grow, {x}));
  for (std::size_t i = 0; i < rank; ++i) {
    if (grow.begin[i] + grow.end[i] == 0) continue;
    auto list = sources(mode, node.shape(x)[i], grow.begin[i], grow.end[i]);
    const auto count = static_cast<std::int64_t>(list.size());
    x = node.emit(Gather{static_cast<std::int64_t>(i)}, {x, node.indices({count}, std::move(list))});
  }
  node.result(x);
}

/// Computed indices, those below zero counted from the end of `size` elements.
Operand counted_from_front(NodeImport& node, Operand at, std::int64_t size) {
  return node.in_f32([&] {
    const std::size_t rank = node.shape(at).size();
    Operand is_below = node.binary(BinaryFunction::kLess, at, node.scalar(0, rank));
    return node.binary(BinaryFunction::kAdd, at, node.unary(UnaryFunction::kAffine, is_below, float(size)));
  });
}

void gather(NodeImport& node) {
  const Operand data = node.input(0);
  const std::int64_t axis = node.axis(0, node.shape(data).size());
  const std::int64_t size = node.shape(data)[static_cast<std::size_t>(axis)];
  Operand at = node.input(1);
  if (!node.is_constant(at) && node.value(at).type == isa::DataType::kF32) at = counted_from_front(node, at, size);
  at = node.as_index(at);
  if (node.is_constant(at)) {
    std::vector<std::int32_t> list = node.value(at).constant->integers();
    for (auto& index : list) {
      if (index < -size || index >= size) throw Unsupported{fmt::format("index {} of {} elements", index, size)};
      if (index < 0) index += static_cast<std::int32_t>(size);
    }
    at = node.indices(Shape(node.shape(at)), std::move(list));
    // One index is a slice.
    if (node.value(at).constant->integers().size() == 1 && node.shape(at).size() <= 1) {
      const Operand one = node.slice(data, axis, node.value(at).constant->integers()[0], 1);
      Shape shape = node.shape(data);
      shape[static_cast<std::size_t>(axis)] = 1;
      if (node.shape(at).empty()) shape.erase(shape.begin() + axis);
      return node.result(node.emit(Reshape{}, {one}, shape));
    }
  }
  node.result(node.emit(Gather{axis}, {data, at}));
}

}  // namespace

void add_move_operators(ImporterTable& table) {
  table.insert({{"Concat", concat}, {"Gather", gather}, {"Pad", pad}, {"Slice", slice}, {"Split", split}});
}

}  // namespace bmemu::kernels::onnx_import
