// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/pass/editor.h"
#include "kernels/pass/pass.h"

namespace bmemu::kernels {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

/// Adds the parts of one operator.
class Parts {
 public:
  Parts(Editor& editor, const Node& whole) : editor_(editor), whole_(whole), name_(editor.graph().output(whole).name) {}

  ValueId unary(const char* name, U function, ValueId x, float alpha = 0, float beta = 0) {
    return add(name, Unary{function, alpha, beta}, {x});
  }
  ValueId binary(const char* name, B function, ValueId a, ValueId b) { return add(name, Binary{function, {}}, {a, b}); }
  ValueId number(const char* name, float number, std::size_t rank) {
    return editor_.add_constant(name_ + "/" + name, Shape(rank, 1), {number});
  }
  ValueId add(const char* name, Attributes attributes, const std::vector<ValueId>& inputs) {
    std::vector<Shape> shapes;
    shapes.reserve(inputs.size());
    for (const ValueId id : inputs) shapes.push_back(editor_.shape(id));
    const Shape shape = result_shape(attributes, shapes, {}).value();
    return editor_.add({whole_.name, whole_.kind, std::move(attributes), inputs, {}, {}}, name_ + "/" + name, shape);
  }

 private:
  Editor& editor_;
  const Node& whole_;
  std::string name_;
};

/// Kernels compute powers of magnitudes. A negative base has powers for whole exponents, odd ones keep its sign; for
/// others it has none.
void decompose_power(Editor& editor, std::size_t index) {
  const Node node = editor.node(index);
  const auto* binary = node.get_if<Binary>();
  if (!binary || binary->function != B::kPow) return;
  const auto* before = editor.producer_as<Unary>(node.inputs[0]);
  if (before && before->function == U::kAbs) return;
  const ValueId base = node.inputs[0], exponent = node.inputs[1];
  const std::size_t rank = editor.shape(node.output).size();
  Parts parts(editor, node);
  const ValueId magnitude = parts.unary("abs", U::kAbs, base);
  // An exponent that is even everywhere needs no sign.
  const auto* exponents = editor.floats(exponent);
  const auto is_even = [](float x) { return std::fmod(x, 2.0F) == 0.0F; };
  if (exponents && std::all_of(exponents->begin(), exponents->end(), is_even))
    return editor.set_input(index, 0, magnitude);
  const ValueId power = parts.binary("magnitude", B::kPow, magnitude, exponent);
  const ValueId is_negative = parts.binary("negative", B::kLess, base, parts.number("zero", 0, rank));
  ValueId odd{}, broken{};
  if (exponents) {
    std::vector<float> is_odd, is_broken;
    for (const float x : *exponents) {
      is_odd.push_back(std::fmod(std::abs(x), 2.0F) == 1.0F ? -2.0F : 0.0F);
      is_broken.push_back(x != std::floor(x) ? 1.0F : 0.0F);
    }
    const Shape shape = editor.shape(exponent);
    const std::string name = editor.graph().value(exponent).name;
    odd = editor.add_constant(name + "/odd", shape, std::move(is_odd));
    broken = editor.add_constant(name + "/broken", shape, std::move(is_broken));
  } else {
    const ValueId half = parts.unary("half", U::kAffine, exponent, 0.5F);
    const ValueId whole_half = parts.unary("floor_half", U::kFloor, half);
    const ValueId rest = parts.binary("rest", B::kSub, exponent, parts.unary("even", U::kAffine, whole_half, 2));
    odd = parts.unary("odd", U::kAffine, parts.binary("is_odd", B::kEqual, rest, parts.number("one", 1, rank)), -2);
    const ValueId is_whole = parts.binary("whole", B::kEqual, exponent, parts.unary("floor", U::kFloor, exponent));
    broken = parts.unary("broken", U::kAffine, is_whole, -1, 1);
  }
  const ValueId sign = parts.unary("sign", U::kAffine, parts.binary("turn", B::kMul, is_negative, odd), 1, 1);
  const ValueId real = parts.binary("real", B::kMul, power, sign);
  const ValueId has_none = parts.binary("has_none", B::kMul, is_negative, broken);
  const ValueId nan = parts.number("nan", std::numeric_limits<float>::quiet_NaN(), rank);
  editor.node(index).attributes = Select{};
  editor.set_inputs(index, {has_none, nan, real});
}

}  // namespace

void decompose(Graph& graph) {
  Editor editor(graph);
  const std::size_t count = editor.nodes();
  for (std::size_t i = 0; i < count; ++i) decompose_power(editor, i);
  editor.finish();
}

}  // namespace bmemu::kernels
