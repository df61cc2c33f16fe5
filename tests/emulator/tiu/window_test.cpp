// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/shared/window.h"

#include <gtest/gtest.h>

namespace bmemu::emulator {
namespace {

using Sources = std::vector<std::int32_t>;

WindowAxis axis(std::uint32_t input, std::uint32_t before, std::uint32_t after, std::uint32_t inserts) {
  WindowAxis axis;
  axis.input = input;
  axis.pad_before = before;
  axis.pad_after = after;
  axis.inserts = inserts;
  return axis;
}

TEST(Window, ConstantPadsSurroundTheInput) {
  EXPECT_EQ(axis_sources(axis(3, 2, 1, 0), PadMode::kConstant), (Sources{kPadded, kPadded, 0, 1, 2, kPadded}));
}

TEST(Window, InsertsLieBetweenElements) {
  EXPECT_EQ(axis_sources(axis(3, 1, 0, 2), PadMode::kConstant),
            (Sources{kPadded, 0, kInserted, kInserted, 1, kInserted, kInserted, 2}));
}

TEST(Window, ReflectionLeavesOutTheEdge) {
  EXPECT_EQ(axis_sources(axis(4, 2, 3, 0), PadMode::kReflection), (Sources{2, 1, 0, 1, 2, 3, 2, 1, 0}));
}

TEST(Window, ReplicationRepeatsTheEdge) {
  EXPECT_EQ(axis_sources(axis(3, 2, 2, 0), PadMode::kReplication), (Sources{0, 0, 0, 1, 2, 2, 2}));
}

TEST(Window, CirculationContinuesAtTheOtherEnd) {
  EXPECT_EQ(axis_sources(axis(3, 2, 2, 0), PadMode::kCircular), (Sources{1, 2, 0, 1, 2, 0, 1}));
}

TEST(Window, ExtentCountsInsertsAndPads) {
  auto a = axis(5, 1, 2, 3);
  a.output = 4;
  a.stride = 2;
  a.kernel = 3;
  a.dilation = 4;
  EXPECT_EQ(a.inner(), 17U);
  EXPECT_EQ(a.extent(), 20U);
  EXPECT_EQ(a.reach(), 3U * 2 + 2 * 4 + 1);
}

TEST(Window, AnExtendedPlaneHasInputInsertAndPad) {
  Window window;
  window.y = axis(2, 0, 1, 0);
  window.x = axis(2, 1, 0, 1);
  const int plane[] = {1, 2, 3, 4};
  EXPECT_EQ(extend(window, plane, 9, 7), (std::vector<int>{9, 1, 7, 2, 9, 3, 7, 4, 9, 9, 9, 9}));
}

}  // namespace
}  // namespace bmemu::emulator
