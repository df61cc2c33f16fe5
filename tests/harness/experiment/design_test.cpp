// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which points a sweep has.
#include "harness/experiment/design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/error_of.h"

namespace bmemu::harness {
namespace {

TEST(Design, ARangeIsEvenlySpacedAndAListIsAsWritten) {
  EXPECT_EQ(parse_axis("ddr.rate_mt_per_s=1000..4000:4").values,
            (std::vector<std::string>{"1000", "2000", "3000", "4000"}));
  EXPECT_EQ(parse_axis("silicon.dma_start_ns=0..1:3").values, (std::vector<std::string>{"0", "0.5", "1"}));
  EXPECT_EQ(parse_axis("tiu.lanes=16..18:5").values, (std::vector<std::string>{"16", "17", "18"})) << "whole numbers";
  EXPECT_EQ(parse_axis("product=SE7-32,SC7-HP75").values, (std::vector<std::string>{"SE7-32", "SC7-HP75"}));
}

TEST(Design, WhatIsNoAxisIsRefused) {
  const auto id = [](const char* text) { return error_of([&] { parse_axis(text); }); };
  for (const char* wrong :
       {"ddr.rate_mt_per_s", "=3", "ddr.rate_mt_per_s=", "ddr.rate_mt_per_s=1000,", "ddr.rate_mt_per_s=1000,1000",
        "ddr.rate_mt_per_s=4000..1000:3", "ddr.rate_mt_per_s=1000..4000:1", "ddr.rate_mt_per_s=1000..4000:x",
        "ddr.rate_mt_per_s=nan"})
    EXPECT_EQ(id(wrong), "E-SWEEP-AXIS") << wrong;
  EXPECT_EQ(id("ddr.speed=3"), "E-CHIP-KEY");
  EXPECT_EQ(id("tiu.lanes=0"), "E-CHIP-RANGE");
  EXPECT_EQ(id("tiu.lanes=1.5"), "E-CHIP-TYPE");
}

TEST(Design, AGridHasEveryCombinationOnceTheLastAxisFastest) {
  const auto design = grid({parse_axis("tiu.lanes=32,64"), parse_axis("tiu.clock_mhz=500,750,1000")});
  ASSERT_EQ(design.points.size(), 6U);
  EXPECT_EQ(design.points[0], (PointSettings{"32", "500"}));
  EXPECT_EQ(design.points[1], (PointSettings{"32", "750"}));
  EXPECT_EQ(design.points[3], (PointSettings{"64", "500"}));
  EXPECT_EQ(error_of([] { grid({parse_axis("tiu.lanes=32,64"), parse_axis("tiu.lanes=16")}); }), "E-SWEEP-AXIS");
  const auto wide = parse_axis("ddr.rate_mt_per_s=100..20000:10000");
  EXPECT_EQ(error_of([&] { grid({wide, parse_axis("tiu.clock_mhz=1..10000:10000")}); }), "E-SWEEP-SIZE");
  EXPECT_EQ(error_of([&] { latin_hypercube({wide}, kLargestSweep + 1, 1); }), "E-SWEEP-SIZE");
  EXPECT_EQ(error_of([&] { morris({wide}, kLargestSweep / 2 + 1, 1); }), "E-SWEEP-SIZE") << "two points a walk";
}

TEST(Design, AHypercubeUsesEveryPartOfEveryAxisOnce) {
  const std::vector<Axis> axes{parse_axis("tiu.clock_mhz=500..1500"), parse_axis("ddr.rate_mt_per_s=1000..5000")};
  const auto design = latin_hypercube(axes, 40, 7);
  ASSERT_EQ(design.points.size(), 40U);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::set<int> parts;
    for (const auto& point : design.points) {
      const double share = (std::stod(point[axis]) - axes[axis].low) / (axes[axis].high - axes[axis].low);
      parts.insert(static_cast<int>(share * 40));
    }
    EXPECT_EQ(parts.size(), 40U);
  }
  EXPECT_EQ(latin_hypercube(axes, 40, 7).points, design.points);
  EXPECT_NE(latin_hypercube(axes, 40, 8).points, design.points);
  EXPECT_EQ(error_of([] { latin_hypercube({parse_axis("tiu.lanes=32,64")}, 4, 1); }), "E-SWEEP-AXIS");
}

TEST(Design, AWalkChangesOneParameterAtATime) {
  const std::vector<Axis> axes{parse_axis("tiu.clock_mhz=500..1500"), parse_axis("ddr.rate_mt_per_s=1000..5000"),
                               parse_axis("gdma.clock_mhz=500..1500")};
  const auto design = morris(axes, 5, 1);
  ASSERT_EQ(design.points.size(), 20U);
  for (std::size_t i = 0; i + 1 < design.points.size(); ++i) {
    if (i % 4 == 3) continue;
    int changed = 0;
    for (std::size_t axis = 0; axis < 3; ++axis)
      changed += design.points[i][axis] != design.points[i + 1][axis] ? 1 : 0;
    EXPECT_EQ(changed, 1);
  }
}

TEST(Design, AListHasAPointForEachRow) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "points.csv";
  std::ofstream(path) << "tiu.clock_mhz,product\n500,SE7-32\n750,SC7-HP75\n";
  const auto design = point_list(path.string());
  EXPECT_EQ(design.keys, (std::vector<std::string>{"tiu.clock_mhz", "product"}));
  EXPECT_EQ(design.points[1], (PointSettings{"750", "SC7-HP75"}));
  std::ofstream(path) << "\xef\xbb\xbftiu.clock_mhz,product\r\n\r\n500,SE7-32\r\n\r\n";  // as spreadsheets write
  EXPECT_EQ(point_list(path.string()).points, (std::vector<PointSettings>{{"500", "SE7-32"}}));
  std::ofstream(path) << "tiu.clock_mhz,product\n500,SE7-32\n5O0,SE7-32\n";
  try {
    point_list(path.string());
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("points.csv line 3, column tiu.clock_mhz"), std::string::npos)
        << error.what();
  }
  std::ofstream(path) << "tiu.clock_mhz,product\n500,\n";
  EXPECT_EQ(error_of([&] { point_list(path.string()); }), "E-SWEEP-AXIS");
  std::ofstream(path) << "tiu.clock_mhz\n";
  EXPECT_EQ(error_of([&] { point_list(path.string()); }), "E-SWEEP-AXIS");
  EXPECT_EQ(error_of([&] { point_list(path.string() + ".none"); }), "E-FILE-OPEN");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace bmemu::harness
