// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Attention as products and softmax, which the compiler makes one operator of.
#include <algorithm>

#include "kernels/pass/legalise/legalise.h"
#include "tests/kernels/chip/networks.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

/// b times: m rows of d columns look at n rows, whose values have e columns.
struct Sizes {
  std::int64_t b = 1, m = 1, n = 1, d = 1, e = 1;
};

struct Pieces {
  Trial trial;
  ValueId scores{}, weights{}, result{};
};

/// `mask`: batches and rows of what is added to the scores; empty: nothing.
Pieces attention_of(Random& random, const Sizes& s, float scale, std::int64_t axis = 2, const Shape& mask = {}) {
  Pieces made;
  Trial& t = made.trial;
  made.scores = t.node(MatMul{}, {t.input(random, {s.b, s.m, s.d}), t.input(random, {s.b, s.d, s.n})});
  ValueId scaled = t.node(Unary{UnaryFunction::kAffine, scale, 0}, {made.scores});
  if (!mask.empty()) {
    const ValueId added = t.input(random, {mask[0], mask[1], s.n});
    const bool is_first = random.integer(0, 1) == 1;
    scaled =
        t.node(Binary{BinaryFunction::kAdd, {}}, is_first ? std::vector{added, scaled} : std::vector{scaled, added});
  }
  made.weights = t.node(Softmax{axis}, {scaled});
  made.result = t.node(MatMul{}, {made.weights, t.input(random, {s.b, s.n, s.e})});
  t.output(made.result);
  return made;
}

std::ptrdiff_t attentions(const Graph& graph, const isa::ChipSpec& chip) {
  const Graph legal = legalise(graph, chip);
  return std::count_if(legal.nodes.begin(), legal.nodes.end(),
                       [](const Node& node) { return node.op() == Op::kAttention; });
}

TEST(AttentionKernel, RandomSizes) {
  test::check_random(700, 14, [](Random& random) {
    const Sizes sizes{random.integer(1, 4), random.integer(1, 90), random.integer(1, 90), random.integer(1, 70),
                      random.integer(1, 70)};
    Trial t = attention_of(random, sizes, random.floats(1, 0.1F, 0.4F)[0]).trial;
    for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x})
      EXPECT_EQ(attentions(t.graph, test::chip_of(family)), 1);
    return t;
  });
}

TEST(AttentionKernel, SeveralTilesAndPiecesOfSums) {
  test::check_random(710, 1, [](Random& random) { return attention_of(random, {2, 2100, 300, 8, 5}, 0.3F).trial; });
}

TEST(AttentionKernel, ColumnsThatNothingDivides) {
  test::check_random(720, 2, [](Random& random) {
    return attention_of(random, {1, random.integer(1000, 1100), 197, 33, 17}, 1).trial;
  });
}

TEST(AttentionKernel, WithEveryKindOfMask) {
  test::check_random(760, 12, [](Random& random) {
    const Sizes sizes{random.integer(1, 3), random.integer(1, 150), random.integer(1, 90), random.integer(1, 30),
                      random.integer(1, 30)};
    const Shape mask{random.one_of({std::int64_t{1}, sizes.b}), random.one_of({std::int64_t{1}, sizes.m})};
    Trial t = attention_of(random, sizes, 0.3F, 2, mask).trial;
    EXPECT_EQ(attentions(t.graph, test::chip_of(isa::Family::kBm1684x)), 1);
    return t;
  });
  test::check_random(770, 1, [](Random& random) {
    return attention_of(random, {2, 2100, 20, 8, 5}, 0.3F, 2, {2, 2100}).trial;
  });
}

/// Where there is no room for the scores they go through global memory. Sums have the same order.
TEST(AttentionKernel, SameBytesWithAndWithoutRoom) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    Random random(730);
    const Trial t = attention_of(random, {1, 70, 300, 40, 24}, 0.2F).trial;
    const isa::ChipSpec large = test::chip_of(family);
    isa::ChipSpec small = large;
    small.local_memory.lane_bytes = 65536;
    EXPECT_EQ(attentions(t.graph, large), 1);
    EXPECT_EQ(attentions(t.graph, small), 0);
    EXPECT_EQ(test::computed(t, large), test::computed(t, small));
  }
}

TEST(AttentionKernel, IsNotMadeOfWhatIsReadElsewhereOrIsNoAttention) {
  Random random(740);
  const Sizes sizes{2, 9, 9, 9, 9};
  const isa::ChipSpec chip = test::chip_of(isa::Family::kBm1684x);
  Pieces other_axis = attention_of(random, sizes, 0.5F, 1);
  Pieces scores_read = attention_of(random, sizes, 0.5F);
  scores_read.trial.output(scores_read.trial.node(Unary{UnaryFunction::kAbs}, {scores_read.scores}));
  Pieces weights_read = attention_of(random, sizes, 0.5F);
  weights_read.trial.output(weights_read.weights);
  for (const Pieces* made : {&other_axis, &scores_read, &weights_read}) {
    EXPECT_EQ(attentions(made->trial.graph, chip), 0);
    test::check(made->trial, chip);
  }
}

/// Permutations before and behind become those of the turned matrices.
TEST(AttentionKernel, OfSeveralHeads) {
  test::check_random(750, 4, [](Random& random) {
    Trial t;
    const std::int64_t heads = random.integer(1, 3), m = random.integer(2, 40), n = random.integer(2, 40), d = 12;
    const auto by_head = [&](std::int64_t rows, std::vector<std::int64_t> order) {
      const ValueId x = t.node(Permute{std::move(order)}, {t.input(random, {1, rows, heads, d})});
      const Shape shape = t.graph.value(x).shape;
      return t.node(Reshape{}, {x}, {shape[1], shape[2], shape[3]});
    };
    const ValueId scores = t.node(MatMul{}, {by_head(m, {0, 2, 1, 3}), by_head(n, {0, 2, 3, 1})});
    const ValueId apart = t.node(Reshape{}, {scores}, {1, heads, m, n});
    const ValueId weights = t.node(Softmax{3}, {t.node(Unary{UnaryFunction::kAffine, 0.3F, 0}, {apart})});
    const ValueId joined = t.node(Reshape{}, {weights}, {heads, m, n});
    const ValueId mixed = t.node(MatMul{}, {joined, by_head(n, {0, 2, 1, 3})});
    const ValueId back = t.node(Permute{{0, 2, 1, 3}}, {t.node(Reshape{}, {mixed}, {1, heads, m, d})});
    t.output(t.node(Reshape{}, {back}, {1, m, heads * d}));
    EXPECT_EQ(attentions(t.graph, test::chip_of(isa::Family::kBm1684)), 1);
    return t;
  });
}

/// Query, key and value are products with constants, which makes them bytes.
Trial attention_of_bytes(Random& random, const Sizes& s, const Shape& mask = {}) {
  Trial t;
  const auto made = [&](std::int64_t rows, std::int64_t columns) {
    const float size = 1.0F / std::sqrt(float(columns));
    const ValueId x = t.input(random, {1, s.b * rows, columns});
    const ValueId y = t.node(MatMul{}, {x, t.constant(random, {1, columns, columns}, -size, size)});
    return t.node(Reshape{}, {y}, {s.b, rows, columns});
  };
  const ValueId query = made(s.m, s.d), key = made(s.n, s.d), value = made(s.n, s.e);
  ValueId scores = t.node(MatMul{}, {query, t.node(Permute{{0, 2, 1}}, {key})});
  scores = t.node(Unary{UnaryFunction::kAffine, 0.3F, 0}, {scores});
  if (!mask.empty())
    scores = t.node(Binary{BinaryFunction::kAdd, {}}, {scores, t.input(random, {mask[0], mask[1], s.n})});
  t.output(t.node(MatMul{}, {t.node(Softmax{2}, {scores}), value}));
  t.graph = test::quantised(t, isa::Family::kBm1684x);
  return t;
}

TEST(AttentionOfBytes, IsOneOperatorAndAStepFromTheReferenceAtMost) {
  const isa::ChipSpec chip = test::chip_of(isa::Family::kBm1684x);
  for (unsigned seed = 780; seed < 800; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Sizes sizes{random.integer(1, 4), random.integer(1, 150), random.integer(2, 90), random.integer(1, 70),
                      random.integer(1, 70)};
    Shape mask;
    if (seed % 2 == 0) mask = {random.one_of({std::int64_t{1}, sizes.b}), random.one_of({std::int64_t{1}, sizes.m})};
    Trial t = attention_of_bytes(random, sizes, mask);
    t.tolerance = 0.02;  // a step of the result
    EXPECT_EQ(attentions(t.graph, chip), 1);
    test::check(t, chip);
  }
}

TEST(AttentionOfBytes, SameBytesWithAndWithoutRoom) {
  Random random(800);
  const Trial t = attention_of_bytes(random, {2, 70, 2000, 40, 24});
  const isa::ChipSpec large = test::chip_of(isa::Family::kBm1684x);
  isa::ChipSpec small = large;
  small.local_memory.lane_bytes = 32768;
  EXPECT_EQ(attentions(t.graph, large), 1);
  EXPECT_EQ(attentions(t.graph, small), 0);
  EXPECT_EQ(test::computed(t, large), test::computed(t, small));
}

}  // namespace
}  // namespace bmemu::kernels
