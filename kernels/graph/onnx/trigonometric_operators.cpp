// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions that the chips do not have, as polynomials, exponentials and logarithms. All in f32: an angle of fewer bits
// is another angle.
#include <array>
#include <cmath>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

constexpr float kPi = 3.14159265F;

// Chebyshev approximations in x^2: sin(x) / x and cos(x) up to pi, atan(x) / x up to 1. Largest error 5e-7.
constexpr std::array<float, 7> kSine{1.0F,          -0.166666657F,  8.33332166e-3F, -1.98405338e-4F,
                                     2.7535850e-6F, -2.4728811e-8F, 1.3613100e-10F};
constexpr std::array<float, 8> kCosine{1.0F,           -0.5F,          4.16666642e-2F, -1.38888636e-3F,
                                       2.48005545e-5F, -2.7534807e-7F, 2.0603619e-9F,  -9.7225691e-12F};
constexpr std::array<float, 10> kArcTangent{1.0F,           -0.333332837F,   0.199982300F,   -0.142615736F,
                                            0.109401986F,   -8.37206393e-2F, 5.74635565e-2F, -3.07175089e-2F,
                                            1.06807193e-2F, -1.74370117e-3F};

/// c[0] + c[1] x + c[2] x^2 ...
template <std::size_t N>
Operand polynomial(NodeImport& node, Operand x, const std::array<float, N>& c) {
  Operand sum = node.unary(U::kAffine, x, c[N - 1], c[N - 2]);
  for (std::size_t i = N - 2; i-- > 0;) sum = node.unary(U::kAffine, node.binary(B::kMul, sum, x), 1, c[i]);
  return sum;
}

/// The same angle between -pi and pi. A turn is taken off in two parts, the first of which has few bits.
Operand within_one_turn(NodeImport& node, Operand x) {
  constexpr float kCoarse = 6.28125F, kFine = 1.9353072e-3F;
  const Operand turns = node.unary(U::kRound, node.unary(U::kAffine, x, 0.5F / kPi));
  const Operand nearly = node.binary(B::kSub, x, node.unary(U::kAffine, turns, kCoarse));
  return node.binary(B::kSub, nearly, node.unary(U::kAffine, turns, kFine));
}

Operand sine(NodeImport& node, Operand x) {
  const Operand angle = within_one_turn(node, x);
  return node.binary(B::kMul, angle, polynomial(node, node.binary(B::kMul, angle, angle), kSine));
}

Operand cosine(NodeImport& node, Operand x) {
  const Operand angle = within_one_turn(node, x);
  return polynomial(node, node.binary(B::kMul, angle, angle), kCosine);
}

Operand tangent(NodeImport& node, Operand x) { return node.binary(B::kDiv, sine(node, x), cosine(node, x)); }

/// Beyond 1 by the reciprocal: atan(x) = sign(x) pi / 2 - atan(1 / x).
Operand arc_tangent(NodeImport& node, Operand x) {
  const Operand size = node.unary(U::kAbs, x), one = node.scalar(1, 0);
  const Operand ratio = node.binary(B::kDiv, node.binary(B::kMin, size, one), node.binary(B::kMax, size, one));
  const Operand small = node.binary(B::kMul, ratio, polynomial(node, node.binary(B::kMul, ratio, ratio), kArcTangent));
  const Operand is_large = node.binary(B::kGreater, size, one);
  const Operand rest = node.binary(B::kMul, is_large, node.unary(U::kAffine, small, -2, kPi / 2));
  return node.binary(B::kMul, node.unary(U::kSign, x), node.binary(B::kAdd, small, rest));
}

/// Through atan(x / sqrt(1 - x^2)); at the ends the root is small, not 0.
Operand arc_sine(NodeImport& node, Operand x) {
  const Operand product = node.binary(B::kMul, node.unary(U::kAffine, x, 1, 1), node.unary(U::kAffine, x, -1, 1));
  const Operand limited = node.unary(U::kClip, product, 1e-30F, INFINITY);
  return arc_tangent(node, node.binary(B::kMul, x, node.unary(U::kRsqrt, limited)));
}

Operand arc_cosine(NodeImport& node, Operand x) { return node.unary(U::kAffine, arc_sine(node, x), -1, kPi / 2); }

Operand of_exponentials(NodeImport& node, Operand x, B function) {
  const Operand up = node.unary(U::kExp, x), down = node.unary(U::kExp, node.unary(U::kNeg, x));
  return node.unary(U::kAffine, node.binary(function, up, down), 0.5F);
}
Operand hyperbolic_sine(NodeImport& node, Operand x) { return of_exponentials(node, x, B::kSub); }
Operand hyperbolic_cosine(NodeImport& node, Operand x) { return of_exponentials(node, x, B::kAdd); }

/// log(x + sqrt(x^2 + shift)).
Operand log_of_root(NodeImport& node, Operand x, float shift) {
  const Operand square = node.unary(U::kAffine, node.binary(B::kMul, x, x), 1, shift);
  return node.unary(U::kLog, node.binary(B::kAdd, x, node.unary(U::kSqrt, square)));
}
Operand area_sine(NodeImport& node, Operand x) {
  return node.binary(B::kMul, node.unary(U::kSign, x), log_of_root(node, node.unary(U::kAbs, x), 1));
}
Operand area_cosine(NodeImport& node, Operand x) { return log_of_root(node, x, -1); }
Operand area_tangent(NodeImport& node, Operand x) {
  const Operand ratio = node.binary(B::kDiv, node.unary(U::kAffine, x, 1, 1), node.unary(U::kAffine, x, -1, 1));
  return node.unary(U::kAffine, node.unary(U::kLog, ratio), 0.5F);
}

/// Of a constant the function itself.
template <float (*Function)(float), Operand (*Made)(NodeImport&, Operand)>
void function(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  if (!node.is_constant(x)) return node.result(node.in_f32([&] { return Made(node, x); }));
  auto numbers = node.floats_of(x, "input");
  for (float& number : numbers) number = Function(number);
  node.result(node.constant(Shape(node.shape(x)), std::move(numbers)));
}

}  // namespace

void add_trigonometric_operators(ImporterTable& table) {
  table.insert({{"Acos", function<std::acos, arc_cosine>},
                {"Acosh", function<std::acosh, area_cosine>},
                {"Asin", function<std::asin, arc_sine>},
                {"Asinh", function<std::asinh, area_sine>},
                {"Atan", function<std::atan, arc_tangent>},
                {"Atanh", function<std::atanh, area_tangent>},
                {"Cos", function<std::cos, cosine>},
                {"Cosh", function<std::cosh, hyperbolic_cosine>},
                {"Sin", function<std::sin, sine>},
                {"Sinh", function<std::sinh, hyperbolic_sine>},
                {"Tan", function<std::tan, tangent>}});
}

}  // namespace bmemu::kernels::onnx_import
