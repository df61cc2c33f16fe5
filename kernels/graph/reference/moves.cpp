// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that place elements.
#include <algorithm>
#include <array>

#include "kernels/graph/reference/operators.h"

namespace bmemu::kernels::reference {

template <class T>
void compute(const Concat& concat, const Views<T>& inputs, Tensor<T>& result) {
  const AxisView whole = along(result.shape, concat.axis);
  std::int64_t start = 0;
  for (const View<T>& input : inputs) {
    const AxisView part = along(input.shape, concat.axis);
    const std::int64_t run = part.size * part.inner;
    for (std::int64_t o = 0; o < part.outer; ++o)
      std::copy_n(input.data + o * run, run, result.data.data() + (o * whole.size + start) * whole.inner);
    start += part.size;
  }
}

template <class T>
void compute(const Slice& slice, const Views<T>& inputs, Tensor<T>& result) {
  auto strides = strides_of(inputs[0].shape);
  std::int64_t start = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    start += slice.start[i] * strides[i];
    strides[i] *= slice.step[i];
  }
  walk(result.shape, std::array{strides}, [&](std::int64_t i, const auto& at) {
    result.data[static_cast<std::size_t>(i)] = inputs[0].data[start + at[0]];
  });
}

template <class T>
void compute(const Pad& pad, const Views<T>& inputs, Tensor<T>& result) {
  std::fill(result.data.begin(), result.data.end(), static_cast<T>(pad.value));
  const auto strides = strides_of(result.shape);
  std::int64_t start = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) start += pad.begin[i] * strides[i];
  walk(inputs[0].shape, std::array{strides}, [&](std::int64_t i, const auto& at) {
    result.data[static_cast<std::size_t>(start + at[0])] = inputs[0].data[i];
  });
}

template <class T>
void compute(const Resize& resize, const Views<T>& inputs, Tensor<T>& result) {
  Tensor<T> now{inputs[0].shape, std::vector<T>(inputs[0].data, inputs[0].data + elements(inputs[0].shape))};
  const std::size_t rank = result.shape.size();
  for (std::size_t axis = 2; axis < rank; ++axis) {
    const auto& taps = resize.taps[3 - (rank - 2) + (axis - 2)];
    Shape shape = now.shape;
    shape[axis] = static_cast<std::int64_t>(taps.size());
    Tensor<T> next = zeros<T>(shape);
    const AxisView from = along(now.shape, static_cast<std::int64_t>(axis));
    T* y = next.data.data();
    for (std::int64_t o = 0; o < from.outer; ++o)
      for (const ResizeTap& tap : taps) {
        const T* first = now.data.data() + (o * from.size + tap.first) * from.inner;
        const T* second = now.data.data() + (o * from.size + tap.second) * from.inner;
        const T weight = static_cast<T>(tap.weight);
        for (std::int64_t i = 0; i < from.inner; ++i)
          *y++ = weight == T(0) ? first[i] : first[i] * (T(1) - weight) + second[i] * weight;
      }
    now = std::move(next);
  }
  result = std::move(now);
}

template <class T>
void compute(const Permute& permute, const Views<T>& inputs, Tensor<T>& result) {
  const auto from = strides_of(inputs[0].shape);
  std::vector<std::int64_t> strides;
  for (const auto axis : permute.order) strides.push_back(from[static_cast<std::size_t>(axis)]);
  walk(result.shape, std::array{strides},
       [&](std::int64_t i, const auto& at) { result.data[static_cast<std::size_t>(i)] = inputs[0].data[at[0]]; });
}

template <class T>
void compute(const Reshape&, const Views<T>& inputs, Tensor<T>& result) {
  std::copy_n(inputs[0].data, result.data.size(), result.data.begin());
}

template <class T>
void compute(const Broadcast&, const Views<T>& inputs, Tensor<T>& result) {
  walk(result.shape, std::array{broadcast_strides(inputs[0].shape, result.shape)},
       [&](std::int64_t i, const auto& at) { result.data[static_cast<std::size_t>(i)] = inputs[0].data[at[0]]; });
}

template <class T>
void compute(const Gather& gather, const Views<T>& inputs, Tensor<T>& result) {
  const AxisView axis = along(inputs[0].shape, gather.axis);
  const std::int64_t count = elements(inputs[1].shape);
  T* y = result.data.data();
  for (std::int64_t o = 0; o < axis.outer; ++o)
    for (std::int64_t i = 0; i < count; ++i, y += axis.inner) {
      const auto index = static_cast<std::int64_t>(inputs[1].data[i]);
      if (index >= 0 && index < axis.size)
        std::copy_n(inputs[0].data + (o * axis.size + index) * axis.inner, axis.inner, y);
    }
}

template void compute(const Concat&, const Views<float>&, Tensor<float>&);
template void compute(const Concat&, const Views<double>&, Tensor<double>&);
template void compute(const Slice&, const Views<float>&, Tensor<float>&);
template void compute(const Slice&, const Views<double>&, Tensor<double>&);
template void compute(const Pad&, const Views<float>&, Tensor<float>&);
template void compute(const Pad&, const Views<double>&, Tensor<double>&);
template void compute(const Resize&, const Views<float>&, Tensor<float>&);
template void compute(const Resize&, const Views<double>&, Tensor<double>&);
template void compute(const Permute&, const Views<float>&, Tensor<float>&);
template void compute(const Permute&, const Views<double>&, Tensor<double>&);
template void compute(const Reshape&, const Views<float>&, Tensor<float>&);
template void compute(const Reshape&, const Views<double>&, Tensor<double>&);
template void compute(const Broadcast&, const Views<float>&, Tensor<float>&);
template void compute(const Broadcast&, const Views<double>&, Tensor<double>&);
template void compute(const Gather&, const Views<float>&, Tensor<float>&);
template void compute(const Gather&, const Views<double>&, Tensor<double>&);

}  // namespace bmemu::kernels::reference
