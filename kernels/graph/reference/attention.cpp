// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <cmath>

#include "kernels/graph/reference/operators.h"

namespace bmemu::kernels::reference {

template <class T>
void compute(const Attention& attention, const Views<T>& inputs, Tensor<T>& result) {
  const View<T>&q = inputs[0], &k = inputs[1], &v = inputs[2];
  const bool turned = attention.is_turned;
  const std::int64_t m = q.size(turned ? 2 : 1), n = k.size(1), d = k.size(2), e = v.size(turned ? 1 : 2);
  // Of a matrix of `rows` rows that may be turned.
  const auto at = [&](std::int64_t b, std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t columns) {
    return static_cast<std::size_t>(b * rows * columns + (turned ? column * rows + row : row * columns + column));
  };
  const auto mask = [&](std::int64_t b, std::int64_t i, std::int64_t j) {
    if (inputs.size() < 4) return 0.0;
    const std::int64_t rows = inputs[3].size(turned ? 2 : 1);
    return static_cast<double>(inputs[3].data[at(inputs[3].size(0) == 1 ? 0 : b, rows == 1 ? 0 : i, rows, j, n)]);
  };
  std::vector<double> weight(static_cast<std::size_t>(n));
  for (std::int64_t b = 0; b < q.size(0); ++b)
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::int64_t x = 0; x < d; ++x)
          sum += static_cast<double>(q.data[at(b, i, m, x, d)]) * static_cast<double>(k.data[(b * n + j) * d + x]);
        weight[static_cast<std::size_t>(j)] = sum * static_cast<double>(attention.scale) + mask(b, i, j);
      }
      const double largest = *std::max_element(weight.begin(), weight.end());
      double all = 0;
      for (double& w : weight) all += w = std::exp(w - largest);
      for (std::int64_t x = 0; x < e; ++x) {
        double sum = 0;
        for (std::int64_t j = 0; j < n; ++j)
          sum += weight[static_cast<std::size_t>(j)] * static_cast<double>(v.data[at(b, j, n, x, e)]);
        result.data[at(b, i, m, x, e)] = static_cast<T>(sum / all);
      }
    }
}

template void compute(const Attention&, const Views<float>&, Tensor<float>&);
template void compute(const Attention&, const Views<double>&, Tensor<double>&);

}  // namespace bmemu::kernels::reference
