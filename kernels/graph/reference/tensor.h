// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors of the reference interpreter: row-major numbers, floats or doubles; integers are held as such.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::kernels::reference {

template <class T>
struct Tensor {
  Shape shape;
  std::vector<T> data;
};

/// Somebody else's tensor.
template <class T>
struct View {
  Shape shape;
  const T* data = nullptr;
  std::int64_t size(std::size_t axis) const { return shape[axis]; }
};

template <class T>
View<T> view(const Tensor<T>& tensor) {
  return {tensor.shape, tensor.data.data()};
}

/// A tensor of this shape with zeros.
template <class T>
Tensor<T> zeros(const Shape& shape) {
  return {shape, std::vector<T>(static_cast<std::size_t>(elements(shape)))};
}

/// Elements before, along and behind an axis.
struct AxisView {
  std::int64_t outer = 1, size = 1, inner = 1;
};
inline AxisView along(const Shape& shape, std::int64_t axis) {
  AxisView found;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    auto& part = static_cast<std::int64_t>(i) < axis   ? found.outer
                 : static_cast<std::int64_t>(i) > axis ? found.inner
                                                       : found.size;
    part *= shape[i];
  }
  return found;
}

/// Elements from one index of each axis to the next, in a row-major tensor.
inline std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// Calls `visit(offset)` for every element of `shape` in order, where offset is the sum of index x stride.
template <std::size_t N, class Visit>
void walk(const Shape& shape, const std::array<std::vector<std::int64_t>, N>& strides, Visit visit) {
  std::array<std::int64_t, N> offsets{};
  std::vector<std::int64_t> index(shape.size());
  const std::int64_t count = elements(shape);
  for (std::int64_t i = 0; i < count; ++i) {
    visit(i, offsets);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      for (std::size_t k = 0; k < N; ++k) offsets[k] += strides[k][axis];
      if (++index[axis] < shape[axis]) break;
      for (std::size_t k = 0; k < N; ++k) offsets[k] -= strides[k][axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

/// The strides with which a tensor of `shape` is read as one of `to`: 0 where it is repeated. Ranks are equal.
inline std::vector<std::int64_t> broadcast_strides(const Shape& shape, const Shape& to) {
  auto strides = strides_of(shape);
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 1 && to[i] != 1) strides[i] = 0;
  return strides;
}

}  // namespace bmemu::kernels::reference
