// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Loads of constants come early, and in the order of another program only where that is right.
#include "kernels/builder/prefetch.h"

#include <gtest/gtest.h>

namespace bmemu::kernels {
namespace {

using isa::Engine;
using Order = std::vector<std::size_t>;

PlannedCommand command(Engine engine, std::vector<LaneRange> reads, std::vector<LaneRange> writes) {
  PlannedCommand c;
  c.engine = engine;
  c.ns = 1000;
  c.access.reads = std::move(reads);
  c.access.writes = std::move(writes);
  c.access.loads_constants = engine == Engine::kGdma && c.access.reads.empty();
  return c;
}

/// Two operators, each with weights; the result of the first is stored before the second's weights are loaded.
std::vector<PlannedCommand> two_operators(std::int64_t second_weights) {
  const LaneRange weights{0, 100}, sum{100, 200}, other{second_weights, second_weights + 100};
  return {command(Engine::kGdma, {}, {weights}), command(Engine::kTiu, {weights}, {sum}),
          command(Engine::kGdma, {sum}, {}), command(Engine::kGdma, {}, {other}),
          command(Engine::kTiu, {other}, {sum})};
}

TEST(Prefetch, ALoadComesBeforeAStoreThatWaits) {
  const Schedule schedule = prefetched(two_operators(200), 1024);
  EXPECT_EQ(schedule.order, (Order{0, 1, 3, 2, 4}));
  EXPECT_EQ(schedule.ns, 4000);
}

TEST(Prefetch, ALoadStaysWhereItsPlaceIsInUse) {
  EXPECT_EQ(prefetched(two_operators(100), 1024).order, (Order{0, 1, 2, 3, 4}));
}

TEST(Prefetch, AnOrderOfOtherPlacesIsTakenWhereItIsRight) {
  const Order early{0, 1, 3, 2, 4};
  const auto taken = ordered_like(two_operators(300), early);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->order, early);
  EXPECT_EQ(taken->ns, 4000);
  EXPECT_FALSE(ordered_like(two_operators(150), early)) << "the load would overwrite what is stored behind it";
  EXPECT_FALSE(ordered_like(two_operators(300), {0, 1})) << "another program";
}

}  // namespace
}  // namespace bmemu::kernels
