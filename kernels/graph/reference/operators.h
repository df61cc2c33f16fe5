// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One function per primitive. `result` comes with its shape and zeros.
#pragma once

#include "kernels/graph/reference/tensor.h"

namespace bmemu::kernels::reference {

template <class T>
using Views = std::vector<View<T>>;

template <class T>
void compute(const Conv& conv, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Pool& pool, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const MatMul& product, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Binary& binary, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Unary& unary, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Softmax& softmax, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Reduce& reduce, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const ArgReduce& reduce, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const LayerNorm& norm, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Concat& concat, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Slice& slice, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Pad& pad, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Resize& resize, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Permute& permute, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Reshape& reshape, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Broadcast& broadcast, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Gather& gather, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Select& select, const Views<T>& inputs, Tensor<T>& result);
template <class T>
void compute(const Attention& attention, const Views<T>& inputs, Tensor<T>& result);

/// The activation of an operator, in place.
template <class T>
void apply(const Activation& activation, Tensor<T>& result) {
  if (!activation) return;
  const T ceiling = static_cast<T>(activation->ceiling);
  for (T& x : result.data) x = x > ceiling ? ceiling : x < T(0) ? T(0) : x;
}

}  // namespace bmemu::kernels::reference
