// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of one, two and several numbers.
#include <cmath>
#include <limits>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <U Function>
void unary(NodeImport& node) {
  node.result(node.unary(Function, node.input(0)));
}

/// The second operand; before operator set 7 `axis` says where its dimensions lie in the first's.
Operand second_operand(NodeImport& node, Operand a) {
  const Operand b = node.input(1);
  if (node.opset() >= 7 || node.integer("broadcast", 0) == 0 || !node.has_attribute("axis")) return b;
  const Shape& from = node.shape(b);
  Shape to(node.shape(a).size(), 1);
  const auto axis = static_cast<std::size_t>(node.axis(0, to.size()));
  if (axis + from.size() > to.size()) throw Unsupported{"the second operand does not fit behind `axis`"};
  std::copy(from.begin(), from.end(), to.begin() + static_cast<std::ptrdiff_t>(axis));
  return node.reshape(b, to);
}

template <B Function>
void binary(NodeImport& node) {
  const Operand a = node.input(0);
  node.result(node.binary(Function, a, second_operand(node, a)));
}

/// The operator over all inputs, from left to right.
template <B Function>
Operand fold_inputs(NodeImport& node) {
  Operand sum = node.as_float(node.input(0));
  for (std::size_t i = 1; i < node.inputs(); ++i) sum = node.binary(Function, sum, node.input(i));
  return sum;
}

template <B Function>
void variadic(NodeImport& node) {
  node.result(fold_inputs<Function>(node));
}

void mean(NodeImport& node) {
  const Operand sum = fold_inputs<B::kAdd>(node);
  node.result(node.unary(U::kAffine, sum, 1.0F / static_cast<float>(node.inputs())));
}

/// By squares; `exponent` is 1 at least.
Operand integer_power(NodeImport& node, Operand x, int exponent) {
  if (exponent == 1) return x;
  const Operand half = integer_power(node, x, exponent / 2);
  const Operand even = node.binary(B::kMul, half, half);
  return exponent % 2 == 0 ? even : node.binary(B::kMul, even, x);
}

constexpr float kLargestPower = 16;  ///< by products; larger ones by logarithms

void power(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Operand exponent = second_operand(node, x);
  if (node.is_constant(exponent) && elements(node.shape(exponent)) == 1 &&
      node.shape(exponent).size() <= node.shape(x).size()) {
    const float p = node.floats_of(exponent, "exponent")[0];
    if (p == 1) return node.result(node.emit(Reshape{}, {x}, node.shape(x)));
    if (p == 0.5F) return node.result(node.unary(U::kSqrt, x));
    if (p == -0.5F) return node.result(node.unary(U::kRsqrt, x));
    if (p == 0) return node.result(node.unary(U::kAffine, x, 0, 1));
    if (p == std::trunc(p) && std::abs(p) <= kLargestPower) {
      const Operand product = integer_power(node, x, static_cast<int>(std::abs(p)));
      return node.result(p > 0 ? product : node.unary(U::kReciprocal, product));
    }
  }
  node.result(node.binary(B::kPow, x, exponent));
}

void clip(NodeImport& node) {
  const bool has_inputs = node.opset() >= 11;
  const auto is_computed = [&](std::size_t index) { return node.has(index) && !node.is_constant(node.input(index)); };
  if (has_inputs && (is_computed(1) || is_computed(2))) {
    Operand x = node.input(0);
    if (node.has(1)) x = node.binary(B::kMax, x, node.input(1));
    if (node.has(2)) x = node.binary(B::kMin, x, node.input(2));
    return node.result(x);
  }
  const auto limit = [&](std::size_t index, const char* key, float usual) {
    if (has_inputs) return node.has(index) ? node.constant_floats(index, key).at(0) : usual;
    return node.number(key, usual);
  };
  const float low = limit(1, "min", -kInfinity), high = limit(2, "max", kInfinity);
  node.result(node.unary(U::kClip, node.input(0), low, high));
}

void relu(NodeImport& node) { node.result(node.unary(U::kClip, node.input(0), 0, kInfinity)); }

void leaky_relu(NodeImport& node) {
  node.result(node.unary(U::kLeakyRelu, node.input(0), node.number("alpha", 0.01F)));
}
void elu(NodeImport& node) { node.result(node.unary(U::kElu, node.input(0), node.number("alpha", 1))); }

void celu(NodeImport& node) {
  const float alpha = node.number("alpha", 1);
  const Operand scaled = node.unary(U::kAffine, node.input(0), 1 / alpha);
  node.result(node.unary(U::kAffine, node.unary(U::kElu, scaled, 1), alpha));
}

void selu(NodeImport& node) {
  const float alpha = node.number("alpha", 1.67326319F), gamma = node.number("gamma", 1.05070102F);
  node.result(node.unary(U::kAffine, node.unary(U::kElu, node.input(0), alpha), gamma));
}

void hard_sigmoid(NodeImport& node) {
  node.result(node.unary(U::kHardSigmoid, node.input(0), node.number("alpha", 0.2F), node.number("beta", 0.5F)));
}

void thresholded_relu(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const Operand limit = node.scalar(node.number("alpha", 1), node.shape(x).size());
  node.result(node.binary(B::kMul, x, node.binary(B::kGreater, x, limit)));
}

void softsign(NodeImport& node) {
  const Operand x = node.input(0);
  node.result(node.binary(B::kDiv, x, node.unary(U::kAffine, node.unary(U::kAbs, x), 1, 1)));
}

/// The approximation: x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))).
void gelu(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  if (node.word("approximate", "none") == "none") return node.result(node.unary(U::kGelu, x));
  const float factor = 0.797884561F;
  const Operand slope = node.unary(U::kAffine, node.binary(B::kMul, x, x), factor * 0.044715F, factor);
  const Operand share = node.unary(U::kTanh, node.binary(B::kMul, slope, x));
  node.result(node.binary(B::kMul, x, node.unary(U::kAffine, share, 0.5F, 0.5F)));
}

/// The rest of a division: of the divisor's sign, or with `fmod` of the dividend's.
void modulo(NodeImport& node) {
  const Operand x = node.input(0), y = node.input(1);
  const bool takes_dividend_sign = node.integer("fmod", 0) != 0;
  const Operand a{node.as_float(x).id}, b{node.as_float(y).id};  // as floats: divisions of integers are cut
  const auto rest_of = [&] {
    Operand quotient = node.binary(B::kDiv, a, b);
    if (x.kind == Kind::kInteger) {
      Operand nudge = node.half_of_one_over(b);
      if (takes_dividend_sign) nudge = node.binary(B::kMul, node.unary(U::kSign, quotient), nudge);
      quotient = node.binary(B::kAdd, quotient, nudge);
    }
    const Operand parts = node.unary(takes_dividend_sign ? U::kTrunc : U::kFloor, quotient);
    return node.binary(B::kSub, a, node.binary(B::kMul, parts, b));
  };
  Operand rest = x.kind == Kind::kInteger ? node.in_f32(rest_of) : rest_of();
  rest.kind = x.kind;
  node.result(rest);
}

/// Towards zero by `bias` beyond a threshold, and 0 within it.
void shrink(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const float bias = node.number("bias", 0), threshold = node.number("lambd", 0.5F);
  const std::size_t rank = node.shape(x).size();
  const Operand is_above = node.binary(B::kGreater, x, node.scalar(threshold, rank));
  const Operand is_below = node.binary(B::kLess, x, node.scalar(-threshold, rank));
  const Operand above = node.binary(B::kMul, node.unary(U::kAffine, x, 1, -bias), is_above);
  node.result(node.binary(B::kAdd, above, node.binary(B::kMul, node.unary(U::kAffine, x, 1, bias), is_below)));
}

/// No number is equal to itself; but the chips compare bits for equality, and take "less" for true both ways. Of |x|
/// and 0, a number is less one way, or equal.
void is_nan(NodeImport& node) {
  const Operand x = node.unary(U::kAbs, node.input(0)), zero = node.scalar(0, node.shape(x).size());
  const Operand is_less = node.binary(B::kLess, x, zero), is_greater = node.binary(B::kGreater, x, zero);
  const Operand is_ordered =
      node.binary(B::kMax, node.binary(B::kSub, is_greater, is_less), node.binary(B::kEqual, x, zero));
  node.result(node.emit(Unary{U::kAffine, -1, 1}, {is_ordered}, {}, Kind::kBool));
}

void is_infinite(NodeImport& node) {
  Operand x = node.as_float(node.input(0));
  const bool above = node.integer("detect_positive", 1) != 0, below = node.integer("detect_negative", 1) != 0;
  if (above && below) x = node.unary(U::kAbs, x);
  if (!above && below) x = node.unary(U::kNeg, x);
  const float limit = above || below ? std::numeric_limits<float>::max() : kInfinity;
  node.result(node.binary(B::kGreater, x, node.scalar(limit, node.shape(x).size())));
}

void prelu(NodeImport& node) {
  const Operand x = node.input(0);
  Operand slope = node.input(1);
  const Shape& shape = node.shape(x);
  const Shape& slopes = node.shape(slope);
  // Before operator set 7 one slope per channel comes as a vector.
  if (slopes.size() == 1 && node.opset() < 7 && shape.size() > 1 && slopes[0] != 1)
    slope = node.reshape(slope, line_shape(shape.size(), 1, slopes[0]));
  node.result(node.binary(B::kPrelu, x, slope));
}

void logical_not(NodeImport& node) {
  node.result(node.emit(Unary{U::kAffine, -1, 1}, {node.as_float(node.input(0))}, {}, Kind::kBool));
}

Operand as_bool(NodeImport& node, Operand x) { return {node.as_float(x).id, Kind::kBool}; }

template <B Function>
void logical(NodeImport& node) {
  Operand made = node.binary(Function, as_bool(node, node.input(0)), as_bool(node, node.input(1)));
  made.kind = Kind::kBool;
  node.result(made);
}

void logical_xor(NodeImport& node) {
  const Operand same = node.binary(B::kEqual, node.input(0), node.input(1));
  node.result(node.emit(Unary{U::kAffine, -1, 1}, {same}, {}, Kind::kBool));
}

void where(NodeImport& node) {
  const Operand condition = node.as_float(node.input(0)), a = node.input(1), b = node.input(2);
  std::vector<Operand> operands{condition, node.as_float(a), node.as_float(b)};
  std::size_t rank = 0;
  for (const Operand& operand : operands) rank = std::max(rank, node.shape(operand).size());
  for (Operand& operand : operands) {
    Shape padded(rank - node.shape(operand).size(), 1);
    padded.insert(padded.end(), node.shape(operand).begin(), node.shape(operand).end());
    operand = node.reshape(operand, padded);
  }
  node.result(node.emit(Select{}, operands, {}, a.kind));
}

/// Only what the numbers mean changes, except that a float loses its fraction and any number becomes 0 or 1.
void cast_to(NodeImport& node, std::int32_t type) {
  const Operand x = node.input(0);
  const Kind kind = kind_of(type);
  if (kind == Kind::kBool && x.kind != Kind::kBool) {
    const Operand zero = node.binary(B::kEqual, x, node.scalar(0, 0));
    return node.result(node.emit(Unary{U::kAffine, -1, 1}, {zero}, {}, Kind::kBool));
  }
  if (kind == Kind::kInteger && x.kind == Kind::kFloat)
    return node.result(node.emit(Unary{U::kTrunc, 0, 0}, {x}, {}, Kind::kInteger));
  Operand same = kind == Kind::kFloat ? node.as_float(x) : x;
  same.kind = kind;
  node.result(same);
}

void cast(NodeImport& node) { cast_to(node, static_cast<std::int32_t>(node.integer("to", 1))); }
void cast_like(NodeImport& node) {
  const Kind kind = node.input(1).kind;
  cast_to(node, kind == Kind::kFloat  ? onnx::TensorProto::FLOAT
                : kind == Kind::kBool ? onnx::TensorProto::BOOL
                                      : onnx::TensorProto::INT64);
}

}  // namespace

void add_elementwise_operators(ImporterTable& table) {
  table.insert({{"Abs", unary<U::kAbs>},
                {"Add", binary<B::kAdd>},
                {"And", logical<B::kMul>},
                {"Cast", cast},
                {"CastLike", cast_like},
                {"Ceil", unary<U::kCeil>},
                {"Celu", celu},
                {"Clip", clip},
                {"Div", binary<B::kDiv>},
                {"Elu", elu},
                {"Equal", binary<B::kEqual>},
                {"Erf", unary<U::kErf>},
                {"Exp", unary<U::kExp>},
                {"Floor", unary<U::kFloor>},
                {"Gelu", gelu},
                {"Greater", binary<B::kGreater>},
                {"GreaterOrEqual", binary<B::kGreaterEqual>},
                {"HardSigmoid", hard_sigmoid},
                {"HardSwish", unary<U::kHardSwish>},
                {"IsInf", is_infinite},
                {"IsNaN", is_nan},
                {"LeakyRelu", leaky_relu},
                {"Less", binary<B::kLess>},
                {"LessOrEqual", binary<B::kLessEqual>},
                {"Log", unary<U::kLog>},
                {"Max", variadic<B::kMax>},
                {"Mean", mean},
                {"Min", variadic<B::kMin>},
                {"Mish", unary<U::kMish>},
                {"Mod", modulo},
                {"Mul", binary<B::kMul>},
                {"Neg", unary<U::kNeg>},
                {"Not", logical_not},
                {"Or", logical<B::kMax>},
                {"PRelu", prelu},
                {"Pow", power},
                {"Reciprocal", unary<U::kReciprocal>},
                {"Relu", relu},
                {"Round", unary<U::kRound>},
                {"Selu", selu},
                {"Shrink", shrink},
                {"Sigmoid", unary<U::kSigmoid>},
                {"Sign", unary<U::kSign>},
                {"Softplus", unary<U::kSoftplus>},
                {"Softsign", softsign},
                {"Sqrt", unary<U::kSqrt>},
                {"Sub", binary<B::kSub>},
                {"Sum", variadic<B::kAdd>},
                {"Tanh", unary<U::kTanh>},
                {"ThresholdedRelu", thresholded_relu},
                {"Where", where},
                {"Xor", logical_xor}});
}

}  // namespace bmemu::kernels::onnx_import
