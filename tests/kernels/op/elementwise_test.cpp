// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of one and two numbers, choices and casts, with repeated operands.
#include "tests/kernels/op/trial.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

Shape some_shape(Random& random) {
  switch (random.integer(0, 4)) {
    case 0: return {random.integer(1, 5000)};
    case 1: return {random.integer(1, 70), random.integer(1, 70)};
    case 2: return {random.integer(1, 3), random.integer(1, 140), random.integer(1, 40)};
    case 3: return {2, random.integer(1, 5), 3, random.integer(1, 9), random.integer(1, 9)};
    default: return {random.integer(1, 3), random.integer(1, 140), random.integer(1, 20), random.integer(1, 20)};
  }
}

TEST(UnaryKernel, EveryFunctionAgreesWithTheReference) {
  for (int f = 0; f <= static_cast<int>(UnaryFunction::kAffine); ++f)
    test::check_random(100 + unsigned(f), 3, [&](Random& random) {
      Trial t;
      Unary unary;
      unary.function = static_cast<UnaryFunction>(f);
      unary.alpha = 0.3F;
      unary.beta = 0.6F;
      float low = -6.0F, high = 6.0F;
      switch (unary.function) {
        case UnaryFunction::kLog:
        case UnaryFunction::kSqrt:
        case UnaryFunction::kRsqrt:
        case UnaryFunction::kReciprocal: low = 0.05F; break;
        default: break;
      }
      t.output(t.node(unary, {t.input(random, some_shape(random), low, high)}));
      return t;
    });
}

TEST(UnaryKernel, ExponentialsKeepTheirRange) {
  test::check_random(150, 3, [](Random& random) {
    Trial t;
    t.tolerance = 1e-4;
    t.output(t.node(Unary{UnaryFunction::kSigmoid, 0, 0}, {t.input(random, {1, 40, 7, 9}, -100.0F, 100.0F)}));
    t.output(t.node(Unary{UnaryFunction::kTanh, 0, 0}, {t.input(random, {1, 40, 7, 9}, -100.0F, 100.0F)}));
    t.output(t.node(Unary{UnaryFunction::kSoftplus, 0, 0}, {t.input(random, {1, 40, 7, 9}, -100.0F, 80.0F)}));
    return t;
  });
}

TEST(BinaryKernel, EveryFunctionAgreesWithTheReferenceWithRepeatedOperands) {
  for (int f = 0; f <= static_cast<int>(BinaryFunction::kGreaterEqual); ++f)
    test::check_random(200 + unsigned(f), 6, [&](Random& random) {
      Trial t;
      Binary binary;
      binary.function = static_cast<BinaryFunction>(f);
      const bool positive = binary.function == BinaryFunction::kPow || binary.function == BinaryFunction::kDiv;
      const float low = positive ? 0.2F : -2.0F;
      const Shape shape = some_shape(random);
      Shape left = shape, right = shape;
      for (std::size_t i = 0; i < shape.size(); ++i) {
        if (random.integer(0, 3) == 0) left[i] = 1;
        if (random.integer(0, 3) == 0 && left[i] == shape[i]) right[i] = 1;
      }
      const ValueId a = t.input(random, left, low);
      const ValueId b = random.integer(0, 1) == 0 ? t.constant(random, right, low) : t.input(random, right, low);
      t.output(t.node(binary, {a, b}));
      return t;
    });
}

TEST(BinaryKernel, WholePowersOfNegativeNumbers) {
  test::check_random(230, 4, [](Random& random) {
    Trial t;
    const ValueId x = t.input(random, {1, 30, 5, 6});
    t.output(t.node(Binary{BinaryFunction::kPow, {}},
                    {x, t.graph.add_constant("power", {1, 1, 1, 1}, {float(random.integer(1, 7))})}));
    return t;
  });
}

TEST(SelectKernel, AgreesWithTheReferenceWithRepeatedOperands) {
  test::check_random(240, 8, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    Shape repeated = shape;
    for (auto& size : repeated)
      if (random.integer(0, 2) == 0) size = 1;
    const ValueId a = t.input(random, shape), b = t.input(random, repeated);
    const ValueId condition = t.node(Binary{BinaryFunction::kGreater, {}}, {a, b});
    t.output(t.node(Select{}, {condition, a, b}));
    return t;
  });
}

TEST(CastKernel, BetweenNumbersAndIntegers) {
  test::check_random(250, 4, [](Random& random) {
    Trial t;
    const ValueId x = t.input(random, some_shape(random), -500.0F, 500.0F);
    const ValueId whole = t.node(Cast{}, {x}, {}, isa::DataType::kI32);
    t.output(t.node(Cast{}, {whole}));
    return t;
  });
}

}  // namespace
}  // namespace bmemu::kernels
