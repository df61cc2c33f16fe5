// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sequences of tensors. How many there are and which is taken is known at once, so that nothing of them is left.
#include <fmt/format.h>

#include <algorithm>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

/// `position` counted from the front; 0..size, or one less where there must be an element.
std::size_t place_in(std::int64_t position, std::size_t size, bool may_be_end) {
  const auto count = static_cast<std::int64_t>(size);
  if (position < -count || position >= count + (may_be_end ? 1 : 0))
    throw Unsupported{fmt::format("position {} of a sequence of {}", position, size)};
  return static_cast<std::size_t>(position < 0 ? position + count : position);
}

void empty(NodeImport& node) { node.result_sequence({}); }

void construct(NodeImport& node) {
  std::vector<Operand> parts;
  for (std::size_t i = 0; i < node.inputs(); ++i) parts.push_back(node.input(i));
  node.result_sequence(std::move(parts));
}

void at(NodeImport& node) {
  const auto& parts = node.sequence(0);
  const Operand part = parts[place_in(node.constant_integers(1, "position").at(0), parts.size(), false)];
  node.result(node.emit(Reshape{}, {part}, node.shape(part)));
}

void insert(NodeImport& node) {
  auto parts = node.sequence(0);
  const auto end = static_cast<std::int64_t>(parts.size());
  const std::int64_t position = node.has(2) ? node.constant_integers(2, "position").at(0) : end;
  parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(place_in(position, parts.size(), true)), node.input(1));
  node.result_sequence(std::move(parts));
}

void erase(NodeImport& node) {
  auto parts = node.sequence(0);
  const std::int64_t position = node.has(1) ? node.constant_integers(1, "position").at(0) : -1;
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(place_in(position, parts.size(), false)));
  node.result_sequence(std::move(parts));
}

void length(NodeImport& node) { node.result(node.indices({}, {static_cast<std::int32_t>(node.sequence(0).size())})); }

/// Parts of stated sizes, of one size (the last may be less), or of one element whose axis may go.
void split(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape shape = node.shape(x);
  const std::int64_t axis = node.axis(0, shape.size()), size = shape[static_cast<std::size_t>(axis)];
  auto sizes = node.has(1) ? node.constant_integers(1, "split") : std::vector<std::int64_t>{1};
  if (!node.has(1) || node.shape(node.input(1)).empty()) {
    const std::int64_t each = sizes.at(0);
    if (each < 1) throw Unsupported{fmt::format("parts of {} elements", each)};
    sizes.clear();
    for (std::int64_t start = 0; start < size; start += each) sizes.push_back(std::min(each, size - start));
  }
  std::vector<Operand> parts;
  std::int64_t start = 0;
  for (const auto count : sizes) {
    if (count < 1 || start + count > size) throw Unsupported{fmt::format("parts that do not add up to {}", size)};
    Operand part = node.slice(x, axis, start, count);
    if (!node.has(1) && node.integer("keepdims", 1) == 0) {
      Shape rest = shape;
      rest.erase(rest.begin() + axis);
      part = node.reshape(part, rest);
    }
    parts.push_back(part);
    start += count;
  }
  if (start != size) throw Unsupported{fmt::format("parts that do not add up to {}", size)};
  node.result_sequence(std::move(parts));
}

/// Along an axis that the parts have, or a new one.
void concat(NodeImport& node) {
  const std::vector<Operand>& parts = node.sequence(0);
  if (parts.empty()) throw Unsupported{"a sequence of nothing"};
  const bool is_new = node.integer("new_axis", 0) != 0;
  const std::int64_t axis = node.axis(0, node.shape(parts.front()).size() + (is_new ? 1 : 0));
  node.result(is_new ? node.stacked(parts, axis) : node.joined(parts, axis));
}

}  // namespace

void add_sequence_operators(ImporterTable& table) {
  table.insert({{"ConcatFromSequence", concat},
                {"SequenceAt", at},
                {"SequenceConstruct", construct},
                {"SequenceEmpty", empty},
                {"SequenceErase", erase},
                {"SequenceInsert", insert},
                {"SequenceLength", length},
                {"SplitToSequence", split}});
}

}  // namespace bmemu::kernels::onnx_import
