// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/functions.h"

#include <cmath>
#include <iterator>
#include <limits>

namespace bmemu::kernels {
namespace {

constexpr float kLog2E = 1.44269504F, kLn2 = 0.69314718F;
/// 1.5 * 2^23: adding it leaves the integer nearest to a number in the lowest bits of the sum.
constexpr float kRounder = 12582912.0F;
constexpr float kExponentBias = 127.0F;
constexpr std::int32_t kMantissaBits = 23;
constexpr float kInfinity = std::numeric_limits<float>::infinity(), kLargest = std::numeric_limits<float>::max(),
                kSmallest = std::numeric_limits<float>::min();
constexpr float kLargestFraction = 4194304.0F;  ///< numbers beyond it are integers as far as `kRounder` goes

std::uint32_t word(std::int32_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

bool uses_exp(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::kExp:
    case UnaryFunction::kErf:
    case UnaryFunction::kSigmoid:
    case UnaryFunction::kTanh:
    case UnaryFunction::kSilu:
    case UnaryFunction::kGelu:
    case UnaryFunction::kSoftplus:
    case UnaryFunction::kMish:
    case UnaryFunction::kElu: return true;
    default: return false;
  }
}

double passes(UnaryFunction function) {
  switch (function) {
    case UnaryFunction::kSigmoid:
    case UnaryFunction::kSilu:
    case UnaryFunction::kMish: return 55;
    case UnaryFunction::kTanh: return 90;
    case UnaryFunction::kGelu:
    case UnaryFunction::kErf: return 90;
    case UnaryFunction::kSoftplus: return 110;
    case UnaryFunction::kLog: return 65;
    case UnaryFunction::kExp:
    case UnaryFunction::kElu: return 24;
    case UnaryFunction::kSqrt:
    case UnaryFunction::kRsqrt:
    case UnaryFunction::kReciprocal: return 32;
    default: return 4;
  }
}

void Functions::exp(const LocalTensor& out, const LocalTensor& x, float scale) {
  exp_with(out, x, scale, t_[0], t_[1]);
}

/// 2^n * e^r with n the integer nearest to x / ln 2. n + 127 stands in the lowest bits of n + kRounder + 127, from
/// where a shift makes it an exponent.
void Functions::exp_with(const LocalTensor& out, const LocalTensor& x, float scale, const LocalTensor& a,
                         const LocalTensor& b) {
  mul(a, x, number(scale * kLog2E));
  min(a, a, number(127.0F));
  max(a, a, number(-126.0F));
  add(b, a, number(kRounder + kExponentBias));
  sub(out, b, number(kRounder + kExponentBias));
  sub(a, a, out);
  mul(out, a, number(kLn2));
  tiu_.exp_series(a, out, exp_table_);
  tiu_.arithmetic(Arithmetic::kShift, b, b, Operand::constant_bits(word(kMantissaBits)));
  mul(out, a, b);
}

void Functions::horner(const LocalTensor& out, const LocalTensor& x, const float* c, std::size_t count) {
  mul(out, x, number(c[0]));
  add(out, out, number(c[1]));
  for (std::size_t i = 2; i < count; ++i) {
    mul(out, out, x);
    add(out, out, number(c[i]));
  }
}

/// x = 2^e * m with m in (sqrt 2 / 2, sqrt 2]; ln m by the series of the inverse hyperbolic tangent.
void Functions::log(const LocalTensor& out, const LocalTensor& x) {
  constexpr float kSqrt2 = 1.41421356F;
  const LocalTensor &e = t_[0], &m = t_[1], &u = t_[2], &v = t_[3];
  tiu_.arithmetic(Arithmetic::kShift, e, x, Operand::constant_bits(word(-kMantissaBits)));
  tiu_.arithmetic(Arithmetic::kOr, e, e, Operand::constant_bits(0x4B000000));
  sub(e, e, number(8388608.0F + kExponentBias));
  tiu_.arithmetic(Arithmetic::kAnd, m, x, Operand::constant_bits(0x007FFFFF));
  tiu_.arithmetic(Arithmetic::kOr, m, m, Operand::constant_bits(0x3F800000));
  add(u, e, number(1.0F));
  greater(v, m, number(kSqrt2), u, e);
  mul(u, m, number(0.5F));
  greater(out, m, number(kSqrt2), u, m);
  sub(e, out, number(1.0F));
  add(m, e, number(2.0F));
  div(u, e, m);
  mul(e, u, u);
  constexpr float kSeries[] = {1.0F / 9, 1.0F / 7, 1.0F / 5, 1.0F / 3, 1.0F};
  horner(m, e, kSeries, std::size(kSeries));
  mul(out, m, u);
  mul(out, out, number(2.0F));
  mul(e, v, number(kLn2));
  add(out, out, e);
}

/// Source: Numerical Recipes, erfc by a Chebyshev fit, error below 1.2e-7; the chips' tables hold the same numbers.
void Functions::erf(const LocalTensor& out, const LocalTensor& x, float scale) {
  constexpr float kFit[] = {0.17087277F,  -0.82215223F, 1.48851587F, -1.13520398F, 0.27886807F,
                            -0.18628806F, 0.09678418F,  0.37409196F, 1.00002368F,  -1.26551223F};
  const LocalTensor &z = t_[0], &t = t_[1], &p = t_[2], &free = t_[3];
  abs(z, x);
  if (scale != 1) mul(z, z, number(scale));
  mul(t, z, number(0.5F));
  add(t, t, number(1.0F));
  div(p, number(1.0F), t);
  horner(t, p, kFit, std::size(kFit));
  mul(free, z, z);
  sub(t, t, free);
  exp_with(out, t, 1.0F, z, free);
  mul(z, out, p);
  sub(t, number(1.0F), z);
  mul(p, t, number(-1.0F));
  greater(out, x, number(0.0F), t, p);
}

void Functions::sigmoid(const LocalTensor& out, const LocalTensor& x, float scale) {
  exp(out, x, -scale);
  add(t_[0], out, number(1.0F));
  div(out, number(1.0F), t_[0]);
}

/// (1 - e) / (1 + e), e = e^-2|x|, with the sign of x; where x is small, where that difference has few bits, the
/// series.
void Functions::tanh(const LocalTensor& out, const LocalTensor& x) {
  constexpr float kSmall = 0.25F;
  constexpr float kSeries[] = {62.0F / 2835, -17.0F / 315, 2.0F / 15, -1.0F / 3, 1.0F};
  abs(t_[2], x);
  exp(t_[3], t_[2], -2.0F);
  sub(t_[0], number(1.0F), t_[3]);
  add(t_[1], t_[3], number(1.0F));
  div(t_[3], t_[0], t_[1]);
  mul(t_[0], x, x);
  horner(t_[1], t_[0], kSeries, std::size(kSeries));
  mul(t_[1], t_[1], t_[2]);
  greater(t_[0], t_[2], number(kSmall), t_[3], t_[1]);
  mul(t_[1], t_[0], number(-1.0F));
  greater(out, number(0.0F), x, t_[1], t_[0]);
}

/// `value` where x is not negative, no number elsewhere.
void Functions::none_below_zero(const LocalTensor& out, const LocalTensor& x, const LocalTensor& value) {
  greater(out, number(0.0F), x, number(std::numeric_limits<float>::quiet_NaN()), value);
}

void Functions::abs(const LocalTensor& out, const LocalTensor& x) {
  tiu_.arithmetic(Arithmetic::kAnd, out, x, Operand::constant_bits(0x7FFFFFFF));
}

void Functions::round(const LocalTensor& out, const LocalTensor& x, UnaryFunction kind) {
  const LocalTensor &nearest = t_[0], &one = t_[1], &magnitude = t_[2], &from = t_[3];
  if (kind == UnaryFunction::kTrunc)
    abs(from, x);
  else
    tiu_.copy(from, x);
  add(nearest, from, number(kRounder));
  sub(nearest, nearest, number(kRounder));
  if (kind == UnaryFunction::kFloor || kind == UnaryFunction::kTrunc) {
    greater(one, nearest, from, number(1.0F), number(0.0F));
    sub(nearest, nearest, one);
  } else if (kind == UnaryFunction::kCeil) {
    greater(one, from, nearest, number(1.0F), number(0.0F));
    add(nearest, nearest, one);
  }
  if (kind == UnaryFunction::kTrunc) {
    mul(one, nearest, number(-1.0F));
    greater(magnitude, x, number(0.0F), nearest, one);
    tiu_.copy(nearest, magnitude);
  }
  abs(magnitude, x);
  greater(out, magnitude, number(kLargestFraction), x, nearest);
}

void Functions::sign(const LocalTensor& out, const LocalTensor& x) {
  greater(t_[0], x, number(0.0F), number(1.0F), number(0.0F));
  greater(t_[1], number(0.0F), x, number(1.0F), number(0.0F));
  sub(out, t_[0], t_[1]);
}

/// max(x, 0) + ln(1 + e^-|x|).
void Functions::softplus(const LocalTensor& out, const LocalTensor& x) {
  abs(t_[2], x);
  exp(out, t_[2], -1.0F);
  const LocalTensor &e = t_[0], &m = t_[1], &u = t_[2];
  // ln(1 + z) = 2 atanh(z / (z + 2)), 0 <= z <= 1.
  add(m, out, number(2.0F));
  div(u, out, m);
  mul(e, u, u);
  constexpr float kSeries[] = {1.0F / 13, 1.0F / 11, 1.0F / 9, 1.0F / 7, 1.0F / 5, 1.0F / 3, 1.0F};
  horner(m, e, kSeries, std::size(kSeries));
  mul(e, m, u);
  mul(e, e, number(2.0F));
  max(m, x, number(0.0F));
  add(out, e, m);
}

/// tanh(ln(1 + e)) = e (e + 2) / (e (e + 2) + 2).
void Functions::mish(const LocalTensor& out, const LocalTensor& x) {
  min(t_[2], x, number(20.0F));
  exp(out, t_[2], 1.0F);
  add(t_[0], out, number(2.0F));
  mul(t_[1], t_[0], out);
  add(t_[0], t_[1], number(2.0F));
  div(t_[2], t_[1], t_[0]);
  mul(out, t_[2], x);
}

void Functions::pow(const LocalTensor& out, const LocalTensor& left, const Operand& right) {
  if (right.is_constant && right.bits == Operand::constant(2.0F).bits) return mul(out, left, left);
  log(out, left);
  mul(t_[2], out, right);
  exp(out, t_[2], 1.0F);
}

void Functions::unary(const Unary& f, const LocalTensor& out, const LocalTensor& x) {
  switch (f.function) {
    case UnaryFunction::kAbs: return abs(out, x);
    case UnaryFunction::kNeg: return mul(out, x, number(-1.0F));
    case UnaryFunction::kReciprocal: return div(out, number(1.0F), x);
    case UnaryFunction::kExp: return exp(out, x, 1.0F);
    case UnaryFunction::kLog:
      log(t_[1], x);
      greater(t_[0], number(kSmallest), x, number(-kInfinity), t_[1]);
      return none_below_zero(out, x, t_[0]);
    case UnaryFunction::kSqrt:
      tiu_.rsqrt(t_[0], x);
      mul(t_[1], x, t_[0]);
      greater(t_[0], x, number(kLargest), x, t_[1]);
      return none_below_zero(out, x, t_[0]);
    case UnaryFunction::kRsqrt: tiu_.rsqrt(t_[0], x); return none_below_zero(out, x, t_[0]);
    case UnaryFunction::kFloor:
    case UnaryFunction::kCeil:
    case UnaryFunction::kRound:
    case UnaryFunction::kTrunc: return round(out, x, f.function);
    case UnaryFunction::kSign: return sign(out, x);
    case UnaryFunction::kErf: return erf(out, x, 1.0F);
    case UnaryFunction::kSigmoid: return sigmoid(out, x, 1.0F);
    case UnaryFunction::kTanh: return tanh(out, x);
    case UnaryFunction::kSilu:
      exp(out, x, -1.0F);
      add(t_[0], out, number(1.0F));
      return div(out, x, t_[0]);
    case UnaryFunction::kGelu:
      erf(out, x, 0.70710678F);
      add(t_[0], out, number(1.0F));
      mul(t_[1], t_[0], x);
      return mul(out, t_[1], number(0.5F));
    case UnaryFunction::kSoftplus: return softplus(out, x);
    case UnaryFunction::kMish: return mish(out, x);
    case UnaryFunction::kHardSwish:
      mul(t_[0], x, number(1.0F / 6));
      add(t_[0], t_[0], number(0.5F));
      max(t_[0], t_[0], number(0.0F));
      min(t_[0], t_[0], number(1.0F));
      return mul(out, t_[0], x);
    case UnaryFunction::kHardSigmoid:
      mul(t_[0], x, number(f.alpha));
      add(out, t_[0], number(f.beta));
      max(out, out, number(0.0F));
      return min(out, out, number(1.0F));
    case UnaryFunction::kElu:
      min(t_[2], x, number(0.0F));
      exp(out, t_[2], 1.0F);
      sub(t_[0], out, number(1.0F));
      mul(t_[1], t_[0], number(f.alpha));
      return greater(out, x, number(0.0F), x, t_[1]);
    case UnaryFunction::kLeakyRelu:
      mul(t_[0], x, number(f.alpha));
      if (f.alpha >= 0 && f.alpha <= 1) return max(out, x, t_[0]);
      return greater(out, x, number(0.0F), x, t_[0]);
    case UnaryFunction::kClip:
      if (std::isinf(f.alpha) && std::isinf(f.beta)) return tiu_.copy(out, x);
      if (std::isinf(f.alpha)) return min(out, x, number(f.beta));
      max(out, x, number(f.alpha));
      if (!std::isinf(f.beta)) min(out, out, number(f.beta));
      return;
    case UnaryFunction::kAffine:
      if (f.beta == 0) return mul(out, x, number(f.alpha));
      if (f.alpha == 1) return add(out, x, number(f.beta));
      mul(t_[0], x, number(f.alpha));
      return add(out, t_[0], number(f.beta));
  }
}

}  // namespace bmemu::kernels
