// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Softmax, normalisation, reductions and products of matrices.
#include "tests/kernels/op/trial.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

Shape some_shape(Random& random) {
  Shape shape;
  const std::int64_t rank = random.integer(1, 5);
  for (std::int64_t i = 0; i < rank; ++i) shape.push_back(random.integer(1, rank < 3 ? 200 : 17));
  return shape;
}

std::int64_t some_axis(Random& random, const Shape& shape) {
  return random.integer(0, static_cast<std::int64_t>(shape.size()) - 1);
}

TEST(SoftmaxKernel, AlongEveryAxis) {
  test::check_random(300, 16, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    t.output(t.node(Softmax{some_axis(random, shape)}, {t.input(random, shape, -8.0F, 8.0F)}));
    return t;
  });
}

TEST(LayerNormKernel, OverTheLastAxes) {
  test::check_random(310, 12, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    const std::int64_t axis = some_axis(random, shape);
    std::vector<ValueId> inputs{t.input(random, shape)};
    const Shape rest(shape.begin() + axis, shape.end());
    if (random.integer(0, 1) == 1) {
      inputs.push_back(t.constant(random, rest));
      inputs.push_back(t.constant(random, rest));
    }
    t.output(t.node(LayerNorm{axis, 1e-3F}, inputs));
    return t;
  });
}

TEST(ReduceKernel, EveryFunctionOverEveryAxis) {
  for (int f = 0; f <= static_cast<int>(ReduceFunction::kProd); ++f)
    test::check_random(320 + unsigned(f), 6, [&](Random& random) {
      Trial t;
      const Shape shape = some_shape(random);
      Reduce reduce;
      reduce.function = static_cast<ReduceFunction>(f);
      for (std::size_t i = 0; i < shape.size(); ++i)
        if (random.integer(0, 1) == 1) reduce.axes.push_back(std::int64_t(i));
      if (reduce.axes.empty()) reduce.axes.push_back(0);
      t.output(t.node(reduce, {t.input(random, shape, 0.8F, 1.2F)}));
      return t;
    });
}

/// Rows longer than a lane, of lengths that nothing divides: cut into pieces, the last one filled up.
TEST(LongRows, OfPrimeLengthAreReducedInPieces) {
  for (const Attributes& attributes :
       {Attributes(Reduce{ReduceFunction::kSum, {1}}), Attributes(Reduce{ReduceFunction::kMean, {1}}),
        Attributes(Reduce{ReduceFunction::kMax, {1}}), Attributes(Reduce{ReduceFunction::kMin, {1}}),
        Attributes(Softmax{1}), Attributes(LayerNorm{1, 1e-3F})})
    test::check_random(340, 2, [&](Random& random) {
      Trial t;
      const Shape shape{random.integer(1, 3), random.integer(0, 1) == 1 ? 70001 : 99991};
      t.output(t.node(attributes, {t.input(random, shape, -2.0F, 2.0F)}));
      return t;
    });
}

TEST(ArgReduceKernel, AlongEveryAxisFirstAndLast) {
  test::check_random(340, 12, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    const ValueId x = t.input(random, shape);
    for (double& value : t.values[0].data) value = std::round(value);  // equal elements
    t.output(t.node(ArgReduce{random.integer(0, 1) == 1, some_axis(random, shape), random.integer(0, 1) == 1}, {x}, {},
                    isa::DataType::kI32));
    return t;
  });
}

TEST(ArgReduceKernel, RowsLongerThanALane) {
  test::check_random(
      341, 3,
      [](Random& random) {
        Trial t;
        const ValueId x = t.input(random, {3, random.one_of({65537, 70000, 90000})});
        for (double& value : t.values[0].data) value = std::round(value * 100);  // equal elements
        t.output(
            t.node(ArgReduce{random.integer(0, 1) == 1, 1, random.integer(0, 1) == 1}, {x}, {}, isa::DataType::kI32));
        t.tolerance = 0;
        return t;
      },
      test::Formats::kWide);
}

TEST(MatmulKernel, ConstantAndComputedSides) {
  test::check_random(350, 24, [](Random& random) {
    Trial t;
    const std::int64_t b = random.integer(1, 3), m = random.integer(1, 90), k = random.integer(1, 150),
                       n = random.integer(1, 200);
    MatMul product;
    if (random.integer(0, 2) == 0) product.activation = Relu{};
    std::vector<ValueId> inputs{t.input(random, {b, m, k})};
    inputs.push_back(random.integer(0, 1) == 0 ? t.input(random, {b, k, n}) : t.constant(random, {b, k, n}));
    if (random.integer(0, 1) == 1) inputs.push_back(t.constant(random, {n}));
    t.output(t.node(product, inputs));
    return t;
  });
}

TEST(MatmulKernel, LargerThanLocalMemory) {
  test::check_random(360, 1, [](Random& random) {
    Trial t;
    t.output(t.node(MatMul{},
                    {t.input(random, {1, 500, 2100}), t.constant(random, {1, 2100, 333}), t.constant(random, {333})}));
    return t;
  });
}

}  // namespace
}  // namespace bmemu::kernels
