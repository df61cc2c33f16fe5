// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The shape of each primitive's result.
#include <algorithm>
#include <cstdlib>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {
namespace {

using Result = std::optional<Shape>;
using Shapes = std::vector<Shape>;

/// Sizes of the sliding window's result; null when a window is larger than what it slides over.
Result window_result(Shape shape, const Spatial& kernel, const Spatial& stride, const Spatial& dilation,
                     const Spatial& pad_begin, const Spatial& pad_end, const Spatial& insert) {
  const std::size_t spatial = shape.size() - 2;
  for (const Spatial* list : {&kernel, &stride, &dilation, &pad_begin, &pad_end, &insert})
    if (std::any_of(list->begin(), list->end(), [](std::int64_t x) { return std::abs(x) > kMostOfWindow; })) return {};
  for (std::size_t i = 0; i < spatial; ++i) {
    const std::size_t axis = 3 - spatial + i;
    std::int64_t& size = shape[2 + i];
    const std::int64_t padded = (size - 1) * (insert[axis] + 1) + 1 + pad_begin[axis] + pad_end[axis];
    const std::int64_t window = dilation[axis] * (kernel[axis] - 1) + 1;
    if (padded < window || stride[axis] < 1) return {};
    size = (padded - window) / stride[axis] + 1;
  }
  return shape;
}

bool is_image(const Shape& shape) { return shape.size() >= 3 && shape.size() <= 5; }

Result common_shape(const Shape& a, const Shape& b) {
  if (a.size() != b.size()) return {};
  Shape shape = a;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1) return {};
    if (a[i] == 1) shape[i] = b[i];
  }
  return shape;
}

bool has_axis(const Shape& shape, std::int64_t axis) {
  return axis >= 0 && axis < static_cast<std::int64_t>(shape.size());
}

struct ResultShape {
  const Shapes& inputs;
  const Shape& stated;

  bool has(std::size_t least, std::size_t most) const { return inputs.size() >= least && inputs.size() <= most; }

  Result operator()(const Conv& conv) const {
    if (!has(2, 3) || !is_image(inputs[0]) || inputs[1].size() != inputs[0].size()) return {};
    const Shape& weights = inputs[1];
    if (conv.groups < 1 || weights[1] * conv.groups != inputs[0][1] || weights[0] % conv.groups != 0) return {};
    if (inputs.size() == 3 && inputs[2] != Shape{weights[0]}) return {};
    const std::size_t spatial = weights.size() - 2;
    for (std::size_t i = 0; i < spatial; ++i)
      if (conv.kernel[3 - spatial + i] != weights[2 + i]) return {};
    Result shape =
        window_result(inputs[0], conv.kernel, conv.stride, conv.dilation, conv.pad_begin, conv.pad_end, conv.insert);
    if (shape) (*shape)[1] = weights[0];
    return shape;
  }
  Result operator()(const Pool& pool) const {
    if (!has(1, 1) || !is_image(inputs[0])) return {};
    return window_result(inputs[0], pool.kernel, pool.stride, {1, 1, 1}, pool.pad_begin, pool.pad_end, {});
  }
  Result operator()(const MatMul&) const {
    if (!has(2, 3) || inputs[0].size() != 3 || inputs[1].size() != 3) return {};
    if (inputs[0][0] != inputs[1][0] || inputs[0][2] != inputs[1][1]) return {};
    if (inputs.size() == 3 && inputs[2] != Shape{inputs[1][2]}) return {};
    return Shape{inputs[0][0], inputs[0][1], inputs[1][2]};
  }
  Result operator()(const Binary&) const { return has(2, 2) ? common_shape(inputs[0], inputs[1]) : Result(); }
  Result operator()(const Unary&) const { return same(); }
  Result operator()(const Softmax& softmax) const {
    return has(1, 1) && has_axis(inputs[0], softmax.axis) ? same() : Result();
  }
  Result operator()(const Reduce& reduce) const {
    if (!has(1, 1)) return {};
    Shape shape = inputs[0];
    for (const auto axis : reduce.axes) {
      if (!has_axis(shape, axis)) return {};
      shape[static_cast<std::size_t>(axis)] = 1;
    }
    return shape;
  }
  Result operator()(const ArgReduce& reduce) const {
    if (!has(1, 1) || !has_axis(inputs[0], reduce.axis)) return {};
    Shape shape = inputs[0];
    shape[static_cast<std::size_t>(reduce.axis)] = 1;
    return shape;
  }
  Result operator()(const LayerNorm& norm) const {
    if ((!has(1, 1) && !has(3, 3)) || !has_axis(inputs[0], norm.axis)) return {};
    const Shape normalised(inputs[0].begin() + norm.axis, inputs[0].end());
    for (std::size_t i = 1; i < inputs.size(); ++i)
      if (inputs[i] != normalised) return {};
    return inputs[0];
  }
  Result operator()(const Concat& concat) const {
    if (inputs.empty() || !has_axis(inputs[0], concat.axis)) return {};
    const auto axis = static_cast<std::size_t>(concat.axis);
    Shape shape = inputs[0];
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      Shape other = inputs[i];
      if (other.size() != shape.size()) return {};
      shape[axis] += other[axis];
      other[axis] = shape[axis];
      if (other != shape) return {};
    }
    return shape;
  }
  Result operator()(const Slice& slice) const {
    const std::size_t rank = stated.size();
    if (!has(1, 1) || inputs[0].size() != rank || slice.start.size() != rank || slice.step.size() != rank) return {};
    for (std::size_t i = 0; i < rank; ++i) {
      if (stated[i] == 0) continue;
      const std::int64_t last = slice.start[i] + (stated[i] - 1) * slice.step[i];
      if (slice.step[i] == 0 || slice.start[i] < 0 || slice.start[i] >= inputs[0][i] || last < 0 ||
          last >= inputs[0][i])
        return {};
    }
    return stated;
  }
  Result operator()(const Pad& pad) const {
    if (!has(1, 1) || pad.begin.size() != inputs[0].size() || pad.end.size() != inputs[0].size()) return {};
    Shape shape = inputs[0];
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (pad.begin[i] < 0 || pad.end[i] < 0) return {};
      shape[i] += pad.begin[i] + pad.end[i];
    }
    return shape;
  }
  Result operator()(const Resize& resize) const {
    if (!has(1, 1) || !is_image(inputs[0])) return {};
    Shape shape = inputs[0];
    const std::size_t spatial = shape.size() - 2;
    for (std::size_t i = 0; i < spatial; ++i) {
      const auto& taps = resize.taps[3 - spatial + i];
      for (const ResizeTap& tap : taps)
        if (tap.first < 0 || tap.first >= shape[2 + i] || tap.second < 0 || tap.second >= shape[2 + i]) return {};
      shape[2 + i] = static_cast<std::int64_t>(taps.size());
    }
    return shape;
  }
  Result operator()(const Permute& permute) const {
    if (!has(1, 1) || permute.order.size() != inputs[0].size()) return {};
    Shape shape;
    std::vector<bool> is_taken(inputs[0].size());
    for (const auto axis : permute.order) {
      if (!has_axis(inputs[0], axis) || is_taken[static_cast<std::size_t>(axis)]) return {};
      is_taken[static_cast<std::size_t>(axis)] = true;
      shape.push_back(inputs[0][static_cast<std::size_t>(axis)]);
    }
    return shape;
  }
  Result operator()(const Reshape&) const {
    return has(1, 1) && elements(inputs[0]) == elements(stated) ? Result(stated) : Result();
  }
  Result operator()(const Broadcast&) const {
    if (!has(1, 1)) return {};
    const Result shape = common_shape(inputs[0], stated);
    return shape == stated ? shape : Result();
  }
  Result operator()(const Gather& gather) const {
    if (!has(2, 2) || !has_axis(inputs[0], gather.axis)) return {};
    Shape shape(inputs[0].begin(), inputs[0].begin() + gather.axis);
    shape.insert(shape.end(), inputs[1].begin(), inputs[1].end());
    shape.insert(shape.end(), inputs[0].begin() + gather.axis + 1, inputs[0].end());
    return shape;
  }
  Result operator()(const Select&) const {
    if (!has(3, 3)) return {};
    const Result shape = common_shape(inputs[1], inputs[2]);
    return shape ? common_shape(*shape, inputs[0]) : shape;
  }
  Result operator()(const Attention& a) const {
    if (!has(3, 4)) return {};
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].size() != 3 || (inputs[i][0] != inputs[0][0] && (i < 3 || inputs[i][0] != 1))) return {};
    // Rows and columns of q and v, as if nothing was turned.
    const std::size_t row = a.is_turned ? 2 : 1, column = a.is_turned ? 1 : 2;
    const Shape &q = inputs[0], &k = inputs[1], &v = inputs[2];
    if (q[column] != k[2] || v[row] != k[1]) return {};
    if (inputs.size() == 4 && (inputs[3][column] != k[1] || (inputs[3][row] != q[row] && inputs[3][row] != 1)))
      return {};
    return a.is_turned ? Shape{q[0], v[1], q[2]} : Shape{q[0], q[1], v[2]};
  }
  Result operator()(const Cast&) const { return same(); }

  Result same() const { return has(1, 1) ? Result(inputs[0]) : Result(); }
};

}  // namespace

std::optional<Shape> result_shape(const Attributes& attributes, const std::vector<Shape>& inputs, const Shape& stated) {
  return std::visit(ResultShape{inputs, stated}, attributes);
}

}  // namespace bmemu::kernels
