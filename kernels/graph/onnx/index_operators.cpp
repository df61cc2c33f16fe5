// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that pick or place elements by indices, and tensors that are made of indices. With constant indices all of
// them are one Gather of rows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using Indices = std::vector<std::int64_t>;

constexpr std::int64_t kWholeFloats = 1 << 24;  ///< numbers that are exact as f32

std::int64_t within(std::int64_t index, std::int64_t size) {
  if (index < -size || index >= size) throw Unsupported{fmt::format("index {} of {} elements", index, size)};
  return index < 0 ? index + size : index;
}

/// Row r of the result is row `sources[r]` of x, taken as rows of `width` elements.
Operand gathered_rows(NodeImport& node, Operand x, std::int64_t width, const Indices& sources, const Shape& to) {
  const std::int64_t rows = elements(node.shape(x)) / std::max<std::int64_t>(1, width);
  const auto count = static_cast<std::int64_t>(sources.size());
  const Operand at = node.indices({count}, std::vector<std::int32_t>(sources.begin(), sources.end()));
  return node.reshape(node.emit(Gather{0}, {node.reshape(x, {rows, width}), at}), to);
}

/// Two tensors of one type, rows of `width` elements each, one behind the other.
Operand stacked_rows(NodeImport& node, Operand a, Operand b, std::int64_t width) {
  if (node.value(a).type != node.value(b).type) {
    a = node.as_float(a);
    b = node.as_float(b);
  }
  const auto rows = [&](Operand x) { return node.reshape(x, {elements(node.shape(x)) / width, width}); };
  return node.emit(Concat{0}, {rows(a), rows(b)});
}

/// Tuples of indices into the leading axes of a tensor, as numbers of rows.
struct Tuples {
  Indices rows;
  std::int64_t width = 1;  ///< elements behind a tuple
};

/// The first `batches` axes are common to data and indices.
Tuples tuples_of(const Shape& data, const Shape& shape, const Indices& list, std::size_t batches) {
  if (shape.empty() || batches >= shape.size() || batches + static_cast<std::size_t>(shape.back()) > data.size())
    throw Unsupported{fmt::format("indices of shape {} into a tensor of shape {}", text(shape), text(data))};
  const auto depth = static_cast<std::size_t>(shape.back());
  const auto first = data.begin() + static_cast<std::ptrdiff_t>(batches);
  Tuples tuples;
  tuples.width = elements({first + static_cast<std::ptrdiff_t>(depth), data.end()});
  const std::int64_t count = elements({shape.begin(), shape.end() - 1});
  const std::int64_t per_batch = elements({shape.begin() + static_cast<std::ptrdiff_t>(batches), shape.end() - 1});
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t row = i / std::max<std::int64_t>(1, per_batch);
    for (std::size_t k = 0; k < depth; ++k)
      row = row * first[static_cast<std::ptrdiff_t>(k)] +
            within(list[static_cast<std::size_t>(i) * depth + k], first[static_cast<std::ptrdiff_t>(k)]);
    tuples.rows.push_back(row);
  }
  return tuples;
}

void gather_nd(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape data = node.shape(x), shape = node.shape(node.input(1));
  const std::int64_t batches = node.integer("batch_dims", 0);
  if (batches < 0) throw Unsupported{"a negative number of common axes"};
  const auto tuples = tuples_of(data, shape, node.constant_integers(1, "indices"), static_cast<std::size_t>(batches));
  Shape to(shape.begin(), shape.end() - 1);
  to.insert(to.end(), data.begin() + batches + shape.back(), data.end());
  node.result(gathered_rows(node, x, tuples.width, tuples.rows, to));
}

/// Rows of data, but those at `places` a row of the updates; of equal places the last one counts.
Operand placed(NodeImport& node, Operand x, Operand updates, const Indices& places, std::int64_t width) {
  const Shape shape = node.shape(x);
  const std::int64_t rows = elements(shape) / std::max<std::int64_t>(1, width);
  Indices sources(static_cast<std::size_t>(rows));
  std::iota(sources.begin(), sources.end(), 0);
  for (std::size_t i = 0; i < places.size(); ++i)
    sources[static_cast<std::size_t>(places[i])] = rows + static_cast<std::int64_t>(i);
  return gathered_rows(node, stacked_rows(node, x, updates, width), width, sources, shape);
}

BinaryFunction reduction_of(const std::string& name) {
  if (name == "add") return BinaryFunction::kAdd;
  if (name == "mul") return BinaryFunction::kMul;
  if (name == "min") return BinaryFunction::kMin;
  if (name == "max") return BinaryFunction::kMax;
  throw Unsupported{fmt::format("reduction {}", name)};
}

/// Updates meet what is there. Rounds, in which no place comes twice: the first update of each place, the second ...
Operand reduced(NodeImport& node, Operand x, Operand updates, const Indices& places, std::int64_t width) {
  const BinaryFunction function = reduction_of(node.word("reduction", "none"));
  std::map<std::int64_t, std::size_t> met;
  std::vector<std::pair<Indices, Indices>> rounds;  // places and rows of the updates
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t round = met[places[i]]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].first.push_back(places[i]);
    rounds[round].second.push_back(static_cast<std::int64_t>(i));
  }
  for (const auto& [at, from] : rounds) {
    const Shape to{static_cast<std::int64_t>(at.size()), width};
    const Operand now = gathered_rows(node, x, width, at, to), added = gathered_rows(node, updates, width, from, to);
    x = placed(node, x, node.binary(function, now, added), at, width);
  }
  return x;
}

void scattered(NodeImport& node, const Indices& places, std::int64_t width) {
  const Operand x = node.input(0), updates = node.input(2);
  if (static_cast<std::int64_t>(places.size()) * width != elements(node.shape(updates)))
    throw Unsupported{
        fmt::format("updates of shape {} for {} rows of {}", text(node.shape(updates)), places.size(), width)};
  if (places.empty()) return node.result(node.emit(Reshape{}, {x}, node.shape(x)));
  const bool reduces = node.word("reduction", "none") != "none";
  node.result(reduces ? reduced(node, x, updates, places, width) : placed(node, x, updates, places, width));
}

void scatter_nd(NodeImport& node) {
  const auto tuples =
      tuples_of(node.shape(node.input(0)), node.shape(node.input(1)), node.constant_integers(1, "indices"), 0);
  scattered(node, tuples.rows, tuples.width);
}

/// For each index of `shape`, in order, the element of `data` whose place along `axis` the index replaces.
Indices element_places(const NodeImport& node, const Shape& data, const Shape& shape, std::int64_t axis) {
  if (shape.size() != data.size())
    throw Unsupported{fmt::format("indices of shape {} into a tensor of shape {}", text(shape), text(data))};
  Indices places, list = node.constant_integers(1, "indices"), at(shape.size(), 0);
  for (const std::int64_t index : list) {
    std::int64_t place = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
      const bool is_replaced = static_cast<std::int64_t>(i) == axis;
      place = place * data[i] + within(is_replaced ? index : at[i], data[i]);
    }
    places.push_back(place);
    for (std::size_t i = shape.size(); i-- > 0 && ++at[i] == shape[i];) at[i] = 0;
  }
  return places;
}

/// Places of elements by computed indices: the index, counted from the front, times what lies behind an element of the
/// axis, and what the other axes add.
Operand computed_places(NodeImport& node, const Shape& data, const Shape& shape, std::int64_t axis) {
  const auto at = static_cast<std::size_t>(axis);
  if (shape.size() != data.size())
    throw Unsupported{fmt::format("indices of shape {} into a tensor of shape {}", text(shape), text(data))};
  const auto stride = [&](std::size_t i) {
    return elements({data.begin() + static_cast<std::ptrdiff_t>(i) + 1, data.end()});
  };
  Operand index = node.as_float(node.input(1));
  const Operand is_below = node.binary(BinaryFunction::kLess, index, node.scalar(0, shape.size()));
  const float size = static_cast<float>(data[at]), step = static_cast<float>(stride(at));
  index = node.binary(BinaryFunction::kAdd, index, node.unary(UnaryFunction::kAffine, is_below, size));
  Operand place = node.unary(UnaryFunction::kAffine, index, step);
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i == at || shape[i] == 1) continue;
    std::vector<float> offsets(static_cast<std::size_t>(shape[i]));
    for (std::size_t k = 0; k < offsets.size(); ++k) offsets[k] = static_cast<float>(k) * static_cast<float>(stride(i));
    const Operand line = node.constant(line_shape(shape.size(), static_cast<std::int64_t>(i), shape[i]), offsets);
    place = node.binary(BinaryFunction::kAdd, place, line);
  }
  return place;
}

void gather_elements(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape data = node.shape(x), shape = node.shape(node.input(1));
  const std::int64_t axis = node.axis(0, data.size());
  if (node.is_constant(node.input(1)))
    return node.result(gathered_rows(node, x, 1, element_places(node, data, shape, axis), shape));
  if (elements(data) > kWholeFloats) throw Unsupported{"computed indices into a tensor of more than 2^24 elements"};
  const Operand places = node.as_index(node.in_f32([&] { return computed_places(node, data, shape, axis); }));
  const Operand rows = node.reshape(x, {elements(data), 1});
  node.result(node.reshape(node.emit(Gather{0}, {rows, node.reshape(places, {elements(shape)})}), shape));
}

/// Rows whose condition is true; which they are decides the shape, so they must be known.
void compress(NodeImport& node) {
  Operand x = node.input(0);
  std::int64_t axis = 0;
  if (node.has_attribute("axis"))
    axis = node.axis(0, node.shape(x).size());
  else
    x = node.reshape(x, {elements(node.shape(x))});
  const auto condition = node.constant_floats(1, "condition");
  const std::int64_t size = node.shape(x)[static_cast<std::size_t>(axis)];
  std::vector<std::int32_t> list;
  for (std::size_t i = 0; i < condition.size() && static_cast<std::int64_t>(i) < size; ++i)
    if (condition[i] != 0) list.push_back(static_cast<std::int32_t>(i));
  if (list.empty()) throw Unsupported{"an empty result"};
  const auto count = static_cast<std::int64_t>(list.size());
  node.result(node.emit(Gather{axis}, {x, node.indices({count}, std::move(list))}));
}

/// The first elements of each sequence in the opposite order. One length for all is a gather along the axis of time.
void reverse_sequence(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape shape = node.shape(x);
  const auto lengths = node.constant_integers(1, "sequence_lens");
  const std::int64_t batch_axis = NodeImport::axis_of(node.integer("batch_axis", 1), shape.size()),
                     time_axis = NodeImport::axis_of(node.integer("time_axis", 0), shape.size());
  const std::int64_t batches = shape[static_cast<std::size_t>(batch_axis)],
                     steps = shape[static_cast<std::size_t>(time_axis)];
  if (batch_axis == time_axis || static_cast<std::int64_t>(lengths.size()) != batches)
    throw Unsupported{fmt::format("{} lengths for {} sequences", lengths.size(), batches)};
  const auto reversed = [&](Operand one, std::int64_t length) {
    if (length < 0 || length > steps) throw Unsupported{fmt::format("length {} of {} steps", length, steps)};
    std::vector<std::int32_t> order(static_cast<std::size_t>(steps));
    std::iota(order.begin(), order.end(), 0);
    std::reverse(order.begin(), order.begin() + length);
    return node.emit(Gather{time_axis}, {one, node.indices({steps}, std::move(order))});
  };
  if (std::equal(lengths.begin() + 1, lengths.end(), lengths.begin())) return node.result(reversed(x, lengths.front()));
  std::vector<Operand> parts;
  for (std::int64_t i = 0; i < batches; ++i)
    parts.push_back(reversed(node.slice(x, batch_axis, i, 1), lengths[static_cast<std::size_t>(i)]));
  node.result(node.joined(std::move(parts), batch_axis));
}

void scatter_elements(NodeImport& node) {
  const Shape data = node.shape(node.input(0)), shape = node.shape(node.input(1));
  scattered(node, element_places(node, data, shape, node.axis(0, data.size())), 1);
}

/// `on` where the place along the new axis is the index, or the index + depth; else `off`.
void one_hot(NodeImport& node) {
  const auto depth = node.constant_integers(1, "depth").at(0);
  const auto values = node.constant_floats(2, "values");
  const Kind kind = node.input(2).kind;
  if (depth < 1 || values.size() != 2) throw Unsupported{"a depth below 1, or another number of values than two"};
  Shape shape = node.shape(node.input(0));
  const std::int64_t axis = node.axis(-1, shape.size() + 1);
  shape.insert(shape.begin() + axis, 1);
  const Shape line = line_shape(shape.size(), axis, depth);
  const Operand index = node.reshape(node.as_float(node.input(0)), shape);
  const auto matches = [&](float first) {
    return node.binary(BinaryFunction::kEqual, node.places(line, axis, first), index);
  };
  const Operand is_on = node.binary(BinaryFunction::kAdd, matches(0), matches(-static_cast<float>(depth)));
  node.result(node.emit(Unary{UnaryFunction::kAffine, values[1] - values[0], values[0]}, {is_on}, {}, kind));
}

/// Zeros above or below a diagonal of the last two axes.
void triangle(NodeImport& node) {
  const Operand x = node.input(0);
  const Shape shape = node.shape(x);
  if (shape.size() < 2) throw Unsupported{"a tensor that is no matrix"};
  const std::int64_t shift = node.has(1) ? node.constant_integers(1, "k").at(0) : 0;
  const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
  const bool is_upper = node.integer("upper", 1) != 0;
  std::vector<float> kept;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      kept.push_back((is_upper ? j - i >= shift : j - i <= shift) ? 1.0F : 0.0F);
  Shape mask_shape(shape.size(), 1);
  mask_shape[shape.size() - 2] = rows;
  mask_shape.back() = columns;
  const Operand mask = node.constant(mask_shape, std::move(kept));
  node.result(node.emit(Select{}, {mask, node.as_float(x), node.scalar(0, shape.size())}, {}, x.kind));
}

/// A product with a triangle of ones along the axis.
void cumulative_sum(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Shape shape = node.shape(x);
  const std::int64_t axis = NodeImport::axis_of(node.constant_integers(1, "axis").at(0), shape.size());
  const std::int64_t size = shape[static_cast<std::size_t>(axis)];
  const bool is_exclusive = node.integer("exclusive", 0) != 0, is_reverse = node.integer("reverse", 0) != 0;
  std::vector<float> ones;
  for (std::int64_t from = 0; from < size; ++from)
    for (std::int64_t to = 0; to < size; ++to) {
      const std::int64_t ahead = is_reverse ? from - to : to - from;
      ones.push_back(ahead > 0 || (ahead == 0 && !is_exclusive) ? 1.0F : 0.0F);
    }
  Indices order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[static_cast<std::size_t>(axis)], order.back());  // its own inverse
  const Operand moved = node.permute(x, order);
  const Shape moved_shape = node.shape(moved);
  const Operand rows = node.reshape(moved, {1, elements(shape) / std::max<std::int64_t>(1, size), size});
  Operand sums = node.matmul(rows, node.constant({1, size, size}, std::move(ones)));
  sums.kind = x.kind;
  const Operand y = node.permute(node.reshape(sums, moved_shape), order);
  node.result(y);
}

void eye_like(NodeImport& node) {
  const Shape shape = node.shape(node.input(0));
  if (shape.size() != 2) throw Unsupported{"a tensor that is no matrix"};
  const Kind kind =
      node.has_attribute("dtype") ? kind_of(static_cast<std::int32_t>(node.integer("dtype", 1))) : node.input(0).kind;
  const std::int64_t shift = node.integer("k", 0);
  std::vector<float> data;
  for (std::int64_t i = 0; i < shape[0]; ++i)
    for (std::int64_t j = 0; j < shape[1]; ++j) data.push_back(j - i == shift ? 1.0F : 0.0F);
  node.result(node.constant(shape, std::move(data), kind));
}

/// Of constants only: how many there are decides shapes.
void non_zero(NodeImport& node) {
  const Shape shape = node.shape(node.input(0));
  const auto numbers = node.constant_floats(0, "input");
  std::vector<std::vector<std::int32_t>> places(shape.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0) continue;
    auto rest = static_cast<std::int64_t>(i);
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis])
      places[axis].push_back(static_cast<std::int32_t>(rest % shape[axis]));
  }
  std::vector<std::int32_t> all;
  for (const auto& axis : places) all.insert(all.end(), axis.begin(), axis.end());
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto count = static_cast<std::int64_t>(places.empty() ? 0 : places.front().size());
  node.result(node.indices({rank, count}, std::move(all)));
}

}  // namespace

void add_index_operators(ImporterTable& table) {
  table.insert({{"Compress", compress},
                {"CumSum", cumulative_sum},
                {"EyeLike", eye_like},
                {"GatherElements", gather_elements},
                {"GatherND", gather_nd},
                {"NonZero", non_zero},
                {"OneHot", one_hot},
                {"ReverseSequence", reverse_sequence},
                {"Scatter", scatter_elements},
                {"ScatterElements", scatter_elements},
                {"ScatterND", scatter_nd},
                {"Trilu", triangle}});
}

}  // namespace bmemu::kernels::onnx_import
