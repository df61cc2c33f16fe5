// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of one and two numbers.
#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/graph/reference/operators.h"

namespace bmemu::kernels::reference {
namespace {

template <class T>
T softplus(T x) {
  return std::max(x, T(0)) + std::log1p(std::exp(-std::abs(x)));
}

template <class T>
T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

template <class T>
T of_one(const Unary& unary, T x) {
  const T alpha = static_cast<T>(unary.alpha), beta = static_cast<T>(unary.beta);
  switch (unary.function) {
    case UnaryFunction::kAbs: return std::abs(x);
    case UnaryFunction::kNeg: return -x;
    case UnaryFunction::kReciprocal: return T(1) / x;
    case UnaryFunction::kExp: return std::exp(x);
    case UnaryFunction::kLog: return std::log(x);
    case UnaryFunction::kSqrt: return std::sqrt(x);
    case UnaryFunction::kRsqrt: return T(1) / std::sqrt(x);
    case UnaryFunction::kFloor: return std::floor(x);
    case UnaryFunction::kCeil: return std::ceil(x);
    case UnaryFunction::kRound: return std::nearbyint(x);
    case UnaryFunction::kTrunc: return std::trunc(x);
    case UnaryFunction::kSign: return static_cast<T>((x > T(0)) - (x < T(0)));
    case UnaryFunction::kErf: return std::erf(x);
    case UnaryFunction::kSigmoid: return sigmoid(x);
    case UnaryFunction::kTanh: return std::tanh(x);
    case UnaryFunction::kSilu: return x * sigmoid(x);
    case UnaryFunction::kGelu: return x / T(2) * (T(1) + std::erf(x * static_cast<T>(0.70710678118654752)));
    case UnaryFunction::kSoftplus: return softplus(x);
    case UnaryFunction::kMish: return x * std::tanh(softplus(x));
    case UnaryFunction::kHardSwish: return x * std::clamp(x / T(6) + T(0.5), T(0), T(1));
    case UnaryFunction::kHardSigmoid: return std::clamp(alpha * x + beta, T(0), T(1));
    case UnaryFunction::kElu: return x > T(0) ? x : alpha * std::expm1(x);
    case UnaryFunction::kLeakyRelu: return x > T(0) ? x : alpha * x;
    case UnaryFunction::kClip: return std::min(std::max(x, alpha), beta);
    case UnaryFunction::kAffine: return alpha * x + beta;
  }
  return x;
}

template <class T>
T of_two(BinaryFunction function, T a, T b) {
  switch (function) {
    case BinaryFunction::kAdd: return a + b;
    case BinaryFunction::kSub: return a - b;
    case BinaryFunction::kMul: return a * b;
    case BinaryFunction::kDiv: return a / b;
    case BinaryFunction::kMin: return std::min(a, b);
    case BinaryFunction::kMax: return std::max(a, b);
    case BinaryFunction::kPow: return std::pow(a, b);
    case BinaryFunction::kPrelu: return a > T(0) ? a : a * b;
    case BinaryFunction::kEqual: return static_cast<T>(a == b);
    case BinaryFunction::kLess: return static_cast<T>(a < b);
    case BinaryFunction::kLessEqual: return static_cast<T>(a <= b);
    case BinaryFunction::kGreater: return static_cast<T>(a > b);
    case BinaryFunction::kGreaterEqual: return static_cast<T>(a >= b);
  }
  return a;
}

}  // namespace

template <class T>
void compute(const Binary& binary, const Views<T>& inputs, Tensor<T>& result) {
  const T *a = inputs[0].data, *b = inputs[1].data;
  if (inputs[0].shape == inputs[1].shape) {
    for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] = of_two(binary.function, a[i], b[i]);
  } else {
    const std::array strides{broadcast_strides(inputs[0].shape, result.shape),
                             broadcast_strides(inputs[1].shape, result.shape)};
    walk(result.shape, strides, [&](std::int64_t i, const auto& at) {
      result.data[static_cast<std::size_t>(i)] = of_two(binary.function, a[at[0]], b[at[1]]);
    });
  }
  apply(binary.activation, result);
}

template <class T>
void compute(const Unary& unary, const Views<T>& inputs, Tensor<T>& result) {
  for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] = of_one(unary, inputs[0].data[i]);
}

template <class T>
void compute(const Select&, const Views<T>& inputs, Tensor<T>& result) {
  const std::array strides{broadcast_strides(inputs[0].shape, result.shape),
                           broadcast_strides(inputs[1].shape, result.shape),
                           broadcast_strides(inputs[2].shape, result.shape)};
  walk(result.shape, strides, [&](std::int64_t i, const auto& at) {
    result.data[static_cast<std::size_t>(i)] =
        inputs[0].data[at[0]] != T(0) ? inputs[1].data[at[1]] : inputs[2].data[at[2]];
  });
}

template void compute(const Binary&, const Views<float>&, Tensor<float>&);
template void compute(const Binary&, const Views<double>&, Tensor<double>&);
template void compute(const Unary&, const Views<float>&, Tensor<float>&);
template void compute(const Unary&, const Views<double>&, Tensor<double>&);
template void compute(const Select&, const Views<float>&, Tensor<float>&);
template void compute(const Select&, const Views<double>&, Tensor<double>&);

}  // namespace bmemu::kernels::reference
