// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that move elements.
#include <algorithm>
#include <numeric>

#include "tests/kernels/op/trial.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

Shape some_shape(Random& random) {
  Shape shape;
  const std::int64_t rank = random.integer(1, 5);
  for (std::int64_t i = 0; i < rank; ++i) shape.push_back(random.integer(1, rank < 3 ? 90 : 12));
  return shape;
}

TEST(MoveKernel, Permute) {
  test::check_random(400, 20, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    std::vector<std::int64_t> order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[std::size_t(random.integer(0, std::int64_t(i) - 1))]);
    const ValueId x = t.input(random, shape);
    const ValueId y = t.node(Permute{order}, {x});
    t.output(random.integer(0, 1) == 0 ? y : t.node(Unary{UnaryFunction::kNeg, 0, 0}, {y}));
    return t;
  });
}

TEST(MoveKernel, SliceConcatAndReshapeShareMemoryRightly) {
  test::check_random(410, 24, [](Random& random) {
    Trial t;
    const Shape shape{random.integer(1, 3), random.integer(2, 80), random.integer(2, 9), random.integer(2, 9)};
    const ValueId x = t.input(random, shape), scaled = t.node(Unary{UnaryFunction::kAffine, 2, 1}, {x});
    Slice slice{{0, random.integer(0, shape[1] - 1), 0, 0}, {1, 1, 1, 1}};
    Shape part = shape;
    part[1] = random.integer(1, shape[1] - slice.start[1]);
    const ValueId a = t.node(slice, {scaled}, part);
    const ValueId b = t.node(Unary{UnaryFunction::kAbs, 0, 0}, {x});
    std::vector<ValueId> parts{b, a};
    if (random.integer(0, 1) == 1) parts.push_back(b);
    const ValueId joined = t.node(Concat{1}, parts);
    // Of what is joined already: read and written parts lie in one tensor.
    const ValueId source = random.integer(0, 1) == 1 ? joined : a;
    const ValueId more = t.node(Concat{1}, {joined, t.node(Unary{UnaryFunction::kNeg, 0, 0}, {source})});
    const Shape all = t.graph.value(more).shape;
    t.output(t.node(Reshape{}, {more}, {all[0], all[1] * all[2], all[3]}));
    t.output(t.node(Unary{UnaryFunction::kAbs, 0, 0}, {joined}));
    if (random.integer(0, 1) == 1) t.output(a);
    return t;
  });
}

TEST(MoveKernel, SliceWithSteps) {
  test::check_random(420, 12, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    Slice slice;
    Shape out;
    for (const std::int64_t size : shape) {
      const std::int64_t step = random.one_of<std::int64_t>({1, 1, 2, 3, -1, -2});
      const std::int64_t count = random.integer(1, (size - 1) / std::abs(step) + 1);
      const std::int64_t reach = (count - 1) * std::abs(step);
      const std::int64_t low = random.integer(0, size - 1 - reach);
      slice.start.push_back(step > 0 ? low : low + reach);
      slice.step.push_back(step);
      out.push_back(count);
    }
    t.output(t.node(slice, {t.input(random, shape)}, out));
    return t;
  });
}

TEST(MoveKernel, PadAndBroadcast) {
  test::check_random(430, 12, [](Random& random) {
    Trial t;
    Shape shape = some_shape(random);
    Pad pad;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      pad.begin.push_back(random.integer(0, 3));
      pad.end.push_back(random.integer(0, 3));
    }
    pad.value = 1.25F;
    t.output(t.node(pad, {t.input(random, shape)}));
    Shape wide = shape;
    for (std::size_t i = 0; i < shape.size(); ++i)
      if (random.integer(0, 1) == 1) {
        wide[i] = random.integer(1, 6);
        shape[i] = 1;
      }
    t.output(t.node(Broadcast{}, {t.input(random, shape)}, wide));
    return t;
  });
}

TEST(GatherKernel, ConstantIndices) {
  test::check_random(440, 12, [](Random& random) {
    Trial t;
    const Shape shape = some_shape(random);
    const std::int64_t axis = random.integer(0, std::int64_t(shape.size()) - 1);
    std::vector<std::int32_t> indices;
    for (std::int64_t i = random.integer(1, 12); i > 0; --i)
      indices.push_back(std::int32_t(random.integer(0, shape[std::size_t(axis)] - 1)));
    const auto count = std::int64_t(indices.size());
    t.output(t.node(Gather{axis}, {t.input(random, shape), t.graph.add_indices("indices", {count}, indices)}));
    return t;
  });
}

TEST(GatherKernel, ComputedIndicesOnBm1684x) {
  const isa::ChipSpec chip = test::chip_of(isa::Family::kBm1684x);
  Random random(450);
  for (int i = 0; i < 4; ++i) {
    Trial t;
    const ValueId table = t.constant(random, {random.integer(3, 60), random.integer(1, 70)});
    const ValueId rows = t.input(random, {random.integer(1, 20)}, 0.0F, 2.9F);
    const ValueId index = t.node(Cast{}, {rows}, {}, isa::DataType::kI32);
    t.output(t.node(Gather{0}, {table, index}));
    test::check(t, chip);
  }
}

}  // namespace
}  // namespace bmemu::kernels
