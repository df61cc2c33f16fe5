// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of f32 numbers as sequences of commands that both chips have.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/builder/tiu.h"
#include "kernels/graph/attributes.h"

namespace bmemu::kernels {

/// Contract: all tensors are aligned f32 of one shape in one lane start; `out` is none of the others. Relative errors
/// are below 1e-5, absolute ones below 1e-6 near zeros.
class Functions {
 public:
  static constexpr std::size_t kTemporaries = 4;

  Functions(Tiu& tiu, std::int64_t exp_table, const std::array<LocalTensor, kTemporaries>& temporaries)
      : tiu_(tiu), exp_table_(exp_table), t_(temporaries) {}

  void unary(const Unary& function, const LocalTensor& out, const LocalTensor& x);
  /// e^(scale * x); uses temporaries 0 and 1, neither of which may be x.
  void exp(const LocalTensor& out, const LocalTensor& x, float scale);
  /// left^right for left > 0; `right` may be a constant. Uses all temporaries.
  void pow(const LocalTensor& out, const LocalTensor& left, const Operand& right);

 private:
  void exp_with(const LocalTensor& out, const LocalTensor& x, float scale, const LocalTensor& a, const LocalTensor& b);
  void log(const LocalTensor& out, const LocalTensor& x);
  void erf(const LocalTensor& out, const LocalTensor& x, float scale);
  void sigmoid(const LocalTensor& out, const LocalTensor& x, float scale);
  void tanh(const LocalTensor& out, const LocalTensor& x);
  void none_below_zero(const LocalTensor& out, const LocalTensor& x, const LocalTensor& value);
  void abs(const LocalTensor& out, const LocalTensor& x);
  void round(const LocalTensor& out, const LocalTensor& x, UnaryFunction kind);
  void sign(const LocalTensor& out, const LocalTensor& x);
  void softplus(const LocalTensor& out, const LocalTensor& x);
  void mish(const LocalTensor& out, const LocalTensor& x);
  void horner(const LocalTensor& out, const LocalTensor& x, const float* highest_first, std::size_t count);

  void add(const LocalTensor& out, const Operand& a, const Operand& b) { tiu_.arithmetic(Arithmetic::kAdd, out, a, b); }
  void sub(const LocalTensor& out, const Operand& a, const Operand& b) { tiu_.arithmetic(Arithmetic::kSub, out, a, b); }
  void mul(const LocalTensor& out, const Operand& a, const Operand& b) { tiu_.arithmetic(Arithmetic::kMul, out, a, b); }
  void div(const LocalTensor& out, const Operand& a, const Operand& b) { tiu_.arithmetic(Arithmetic::kDiv, out, a, b); }
  void max(const LocalTensor& out, const Operand& a, const Operand& b) { tiu_.arithmetic(Arithmetic::kMax, out, a, b); }
  void min(const LocalTensor& out, const Operand& a, const Operand& b) { tiu_.arithmetic(Arithmetic::kMin, out, a, b); }
  void greater(const LocalTensor& out, const Operand& a, const Operand& b, const Operand& c, const Operand& d) {
    tiu_.select(Comparison::kGreater, out, a, b, c, d);
  }
  static Operand number(float value) { return Operand::constant(value); }

  Tiu& tiu_;
  std::int64_t exp_table_;
  const std::array<LocalTensor, kTemporaries>& t_;
};

/// Whether a function needs e^x.
bool uses_exp(UnaryFunction function);
/// Commands of a function, roughly.
double passes(UnaryFunction function);

}  // namespace bmemu::kernels
