// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sliding windows and products of matrices.
#include <Eigen/Core>
#include <algorithm>
#include <limits>

#include "kernels/graph/reference/operators.h"

namespace bmemu::kernels::reference {
namespace {

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Depth, height and width of an image; 1 where the rank has none.
Spatial spatial_of(const Shape& shape) {
  Spatial sizes{1, 1, 1};
  std::copy(shape.begin() + 2, shape.end(), sizes.end() - static_cast<std::ptrdiff_t>(shape.size() - 2));
  return sizes;
}

std::int64_t product(const Spatial& sizes) { return sizes[0] * sizes[1] * sizes[2]; }

/// Position in x of kernel element k for output element o, or -1 in padding and between inserted zeros.
std::int64_t source(const Conv& conv, std::size_t axis, std::int64_t size, std::int64_t o, std::int64_t k) {
  const std::int64_t at = o * conv.stride[axis] + k * conv.dilation[axis] - conv.pad_begin[axis];
  const std::int64_t step = conv.insert[axis] + 1;
  return at < 0 || at % step != 0 || at / step >= size ? -1 : at / step;
}

/// Most columns x rows of the matrix of windows that is made at once.
constexpr std::int64_t kWindowElements = 1 << 20;

/// Windows of the output rows [first, last) (depth and height counted together) as columns.
template <class T>
void gather_windows(const Conv& conv, const T* x, const Spatial& in, const Spatial& out, std::int64_t channels,
                    std::int64_t first, std::int64_t last, Matrix<T>& columns) {
  std::int64_t row = 0;
  for (std::int64_t c = 0; c < channels; ++c, x += product(in))
    for (std::int64_t kd = 0; kd < conv.kernel[0]; ++kd)
      for (std::int64_t kh = 0; kh < conv.kernel[1]; ++kh)
        for (std::int64_t kw = 0; kw < conv.kernel[2]; ++kw, ++row) {
          T* to = columns.data() + row * columns.cols();
          for (std::int64_t line = first; line < last; ++line, to += out[2]) {
            const std::int64_t d = source(conv, 0, in[0], line / out[1], kd);
            const std::int64_t h = source(conv, 1, in[1], line % out[1], kh);
            if (d < 0 || h < 0) {
              std::fill(to, to + out[2], T(0));
              continue;
            }
            const T* from = x + (d * in[1] + h) * in[2];
            for (std::int64_t o = 0; o < out[2]; ++o) {
              const std::int64_t w = source(conv, 2, in[2], o, kw);
              to[o] = w < 0 ? T(0) : from[w];
            }
          }
        }
}

bool is_pointwise(const Conv& conv) {
  return product(conv.kernel) == 1 && product(conv.stride) == 1 && conv.pad_begin == Spatial{} &&
         conv.pad_end == Spatial{} && conv.insert == Spatial{};
}

}  // namespace

template <class T>
void compute(const Conv& conv, const Views<T>& inputs, Tensor<T>& result) {
  const Spatial in = spatial_of(inputs[0].shape), out = spatial_of(result.shape);
  const std::int64_t channels = inputs[0].size(1) / conv.groups, made = result.shape[1] / conv.groups;
  const std::int64_t rows = channels * product(conv.kernel), pixels = product(out), lines = out[0] * out[1];
  const std::int64_t lines_at_once = std::clamp(kWindowElements / std::max<std::int64_t>(1, rows * out[2]),
                                                std::int64_t(1), std::max<std::int64_t>(1, lines));
  Matrix<T> columns;
  for (std::int64_t n = 0; n < result.shape[0]; ++n)
    for (std::int64_t g = 0; g < conv.groups; ++g) {
      const T* x = inputs[0].data + (n * conv.groups + g) * channels * product(in);
      const Eigen::Map<const Matrix<T>> weights(inputs[1].data + g * made * rows, made, rows);
      Eigen::Map<Matrix<T>> y(result.data.data() + (n * conv.groups + g) * made * pixels, made, pixels);
      if (is_pointwise(conv)) {
        y.noalias() = weights * Eigen::Map<const Matrix<T>>(x, channels, pixels);
      } else {
        for (std::int64_t line = 0; line < lines; line += lines_at_once) {
          const std::int64_t last = std::min(line + lines_at_once, lines);
          columns.resize(rows, (last - line) * out[2]);
          gather_windows(conv, x, in, out, channels, line, last, columns);
          y.middleCols(line * out[2], (last - line) * out[2]).noalias() = weights * columns;
        }
      }
      if (inputs.size() == 3)
        y.colwise() += Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, 1>>(inputs[2].data + g * made, made);
    }
  apply(conv.activation, result);
}

template <class T>
void compute(const Pool& pool, const Views<T>& inputs, Tensor<T>& result) {
  const Spatial in = spatial_of(inputs[0].shape), out = spatial_of(result.shape);
  const T* x = inputs[0].data;
  T* y = result.data.data();
  const std::int64_t planes = result.shape[0] * result.shape[1];
  for (std::int64_t plane = 0; plane < planes; ++plane, x += product(in))
    for (std::int64_t o = 0; o < product(out); ++o) {
      const Spatial at{o / (out[1] * out[2]), o / out[2] % out[1], o % out[2]};
      Spatial first{}, last{};
      for (std::size_t i = 0; i < 3; ++i) {
        const std::int64_t begin = at[i] * pool.stride[i] - pool.pad_begin[i];
        first[i] = std::max<std::int64_t>(begin, 0);
        last[i] = std::min(begin + pool.kernel[i], in[i]);
      }
      T largest = -std::numeric_limits<T>::infinity();
      double sum = 0;
      std::int64_t count = 0;
      for (std::int64_t d = first[0]; d < last[0]; ++d)
        for (std::int64_t h = first[1]; h < last[1]; ++h)
          for (std::int64_t w = first[2]; w < last[2]; ++w, ++count) {
            const T element = x[(d * in[1] + h) * in[2] + w];
            largest = std::max(largest, element);
            sum += static_cast<double>(element);
          }
      const std::int64_t divisor = pool.count_pad ? product(pool.kernel) : count;
      *y++ = pool.kind == PoolKind::kMax
                 ? largest
                 : static_cast<T>(sum / static_cast<double>(std::max<std::int64_t>(1, divisor)));
    }
  apply(pool.activation, result);
}

template <class T>
void compute(const MatMul& product_of, const Views<T>& inputs, Tensor<T>& result) {
  const std::int64_t m = inputs[0].size(1), k = inputs[0].size(2), n = inputs[1].size(2);
  for (std::int64_t b = 0; b < inputs[0].size(0); ++b) {
    const Eigen::Map<const Matrix<T>> left(inputs[0].data + b * m * k, m, k), right(inputs[1].data + b * k * n, k, n);
    Eigen::Map<Matrix<T>> y(result.data.data() + b * m * n, m, n);
    y.noalias() = left * right;
    if (inputs.size() == 3) y.rowwise() += Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>>(inputs[2].data, n);
  }
  apply(product_of.activation, result);
}

template void compute(const Conv&, const Views<float>&, Tensor<float>&);
template void compute(const Conv&, const Views<double>&, Tensor<double>&);
template void compute(const Pool&, const Views<float>&, Tensor<float>&);
template void compute(const Pool&, const Views<double>&, Tensor<double>&);
template void compute(const MatMul&, const Views<float>&, Tensor<float>&);
template void compute(const MatMul&, const Views<double>&, Tensor<double>&);

}  // namespace bmemu::kernels::reference
