// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that look along axes: sums are made in double.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernels/graph/reference/operators.h"

namespace bmemu::kernels::reference {

template <class T>
void compute(const Softmax& softmax, const Views<T>& inputs, Tensor<T>& result) {
  const AxisView axis = along(result.shape, softmax.axis);
  for (std::int64_t o = 0; o < axis.outer; ++o)
    for (std::int64_t i = 0; i < axis.inner; ++i) {
      const T* x = inputs[0].data + o * axis.size * axis.inner + i;
      T* y = result.data.data() + o * axis.size * axis.inner + i;
      T largest = -std::numeric_limits<T>::infinity();
      for (std::int64_t k = 0; k < axis.size; ++k) largest = std::max(largest, x[k * axis.inner]);
      double sum = 0;
      for (std::int64_t k = 0; k < axis.size; ++k)
        sum += static_cast<double>(y[k * axis.inner] = std::exp(x[k * axis.inner] - largest));
      for (std::int64_t k = 0; k < axis.size; ++k)
        y[k * axis.inner] = static_cast<T>(static_cast<double>(y[k * axis.inner]) / sum);
    }
}

template <class T>
void compute(const Reduce& reduce, const Views<T>& inputs, Tensor<T>& result) {
  const double start = reduce.function == ReduceFunction::kProd  ? 1
                       : reduce.function == ReduceFunction::kMax ? -std::numeric_limits<double>::infinity()
                       : reduce.function == ReduceFunction::kMin ? std::numeric_limits<double>::infinity()
                                                                 : 0;
  std::vector<double> sums(result.data.size(), start);
  const std::array strides{broadcast_strides(result.shape, inputs[0].shape)};
  walk(inputs[0].shape, strides, [&](std::int64_t i, const auto& at) {
    double& sum = sums[static_cast<std::size_t>(at[0])];
    const auto x = static_cast<double>(inputs[0].data[i]);
    switch (reduce.function) {
      case ReduceFunction::kSum:
      case ReduceFunction::kMean: sum += x; break;
      case ReduceFunction::kMax: sum = std::max(sum, x); break;
      case ReduceFunction::kMin: sum = std::min(sum, x); break;
      case ReduceFunction::kProd: sum *= x; break;
    }
  });
  const double divisor = reduce.function == ReduceFunction::kMean
                             ? static_cast<double>(elements(inputs[0].shape)) / static_cast<double>(sums.size())
                             : 1;
  std::transform(sums.begin(), sums.end(), result.data.begin(), [&](double x) { return static_cast<T>(x / divisor); });
}

template <class T>
void compute(const ArgReduce& reduce, const Views<T>& inputs, Tensor<T>& result) {
  const AxisView axis = along(inputs[0].shape, reduce.axis);
  for (std::int64_t o = 0; o < axis.outer; ++o)
    for (std::int64_t i = 0; i < axis.inner; ++i) {
      const T* x = inputs[0].data + o * axis.size * axis.inner + i;
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < axis.size; ++k) {
        const T a = x[k * axis.inner], b = x[best * axis.inner];
        if ((reduce.is_max ? a > b : a < b) || (reduce.takes_last && a == b)) best = k;
      }
      result.data[static_cast<std::size_t>(o * axis.inner + i)] = static_cast<T>(best);
    }
}

template <class T>
void compute(const LayerNorm& norm, const Views<T>& inputs, Tensor<T>& result) {
  const Shape& shape = result.shape;
  const std::int64_t size = elements(Shape(shape.begin() + norm.axis, shape.end()));
  const std::int64_t rows = size == 0 ? 0 : elements(shape) / size;
  for (std::int64_t row = 0; row < rows; ++row) {
    const T* x = inputs[0].data + row * size;
    T* y = result.data.data() + row * size;
    double mean = 0, variance = 0;
    for (std::int64_t i = 0; i < size; ++i) mean += static_cast<double>(x[i]);
    mean /= static_cast<double>(size);
    for (std::int64_t i = 0; i < size; ++i)
      variance += (static_cast<double>(x[i]) - mean) * (static_cast<double>(x[i]) - mean);
    variance /= static_cast<double>(size);
    const double factor = 1 / std::sqrt(variance + static_cast<double>(norm.epsilon));
    for (std::int64_t i = 0; i < size; ++i) {
      y[i] = static_cast<T>((static_cast<double>(x[i]) - mean) * factor);
      if (inputs.size() == 3) y[i] = y[i] * inputs[1].data[i] + inputs[2].data[i];
    }
  }
}

template void compute(const Softmax&, const Views<float>&, Tensor<float>&);
template void compute(const Softmax&, const Views<double>&, Tensor<double>&);
template void compute(const Reduce&, const Views<float>&, Tensor<float>&);
template void compute(const Reduce&, const Views<double>&, Tensor<double>&);
template void compute(const ArgReduce&, const Views<float>&, Tensor<float>&);
template void compute(const ArgReduce&, const Views<double>&, Tensor<double>&);
template void compute(const LayerNorm&, const Views<float>&, Tensor<float>&);
template void compute(const LayerNorm&, const Views<double>&, Tensor<double>&);

}  // namespace bmemu::kernels::reference
