// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What sweeps say, on times that follow a law that is known.
#include "harness/experiment/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

/// A sweep whose times are a function of the settings.
Sweep swept(Design design, const std::function<double(const std::vector<double>&)>& ms) {
  SweepRequest request;
  request.programs.resize(1);
  request.programs[0].name = "net";
  isa::Program program;
  program.family = isa::Family::kBm1684x;
  request.programs[0].loaded = std::make_shared<const LoadedProgram>(std::move(program));
  request.base_chip = [](const std::string&, const std::string&, isa::Family) { return isa::load_chip("bm1684x"); };
  request.design = std::move(design);
  Sweep sweep(std::move(request));
  for (std::size_t row = 0; row < sweep.size(); ++row) {
    std::vector<double> values;
    for (const auto& setting : sweep.rows()[row].settings) values.push_back(std::stod(setting));
    PointResult result;
    result.numbers.length_ps = static_cast<std::int64_t>(ms(values) * 1e9);
    sweep.set_result(row, result);
  }
  return sweep;
}

TEST(Analysis, AnElasticityIsTheExponentOfAPowerLaw) {
  const auto sweep = swept(grid({parse_axis("tiu.clock_mhz=500,1000,2000"), parse_axis("ddr.rate_mt_per_s=1000,4000")}),
                           [](const auto& v) { return 1e4 * std::pow(v[0], -0.75) * std::pow(v[1], -0.25); });
  const auto list = elasticities(sweep);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_NEAR(list[0].mean, -0.75, 1e-6);
  EXPECT_NEAR(list[1].mean, -0.25, 1e-6);
  EXPECT_EQ(list[0].pairs, 4U);
  EXPECT_EQ(list[1].pairs, 3U);
  const auto fit = regressions(sweep);
  ASSERT_EQ(fit.size(), 1U);
  EXPECT_NEAR(fit[0].elasticities[0], -0.75, 1e-6);
  EXPECT_NEAR(fit[0].r_squared, 1.0, 1e-9);
}

TEST(Analysis, TheKneeOfARoofIsWhereBothPartsAreEqual) {
  // 1 ms of work beside a transfer of 3000/rate ms: the slope passes one half where both add the same.
  const auto sweep =
      swept(grid({parse_axis("ddr.rate_mt_per_s=500..8000:151")}), [](const auto& v) { return 1.0 + 3000.0 / v[0]; });
  const auto list = knees(sweep);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_NEAR(list[0].value, 3000, 30);
  EXPECT_TRUE(list[0].bound_below);
  const auto lines = findings(sweep);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0].rfind("Below 48", 0), 0U) << lines[0] << " (3000 MT/s are 48 GB/s)";
  EXPECT_NE(lines[0].find("bound by DDR"), std::string::npos) << lines[0];
}

TEST(Analysis, ALatencyBindsAboveItsKnee) {
  const auto sweep = swept(grid({parse_axis("silicon.dma_start_ns=10,50,100,200,400,1000")}),
                           [](const auto& v) { return 1.0 + v[0] / 150; });
  ASSERT_EQ(knees(sweep).size(), 1U);
  EXPECT_FALSE(knees(sweep)[0].bound_below);
  EXPECT_FALSE(knees(sweep)[0].costs);
}

TEST(Analysis, ASizeThatCostsTimeBindsNothing) {
  const auto sweep = swept(grid({parse_axis("tiu.lanes=16,32,64,128")}), [](const auto& v) { return 1.0 + v[0] / 40; });
  ASSERT_EQ(knees(sweep).size(), 1U);
  EXPECT_TRUE(knees(sweep)[0].costs);
  const auto lines = findings(sweep);
  const auto said = std::find_if(lines.begin(), lines.end(),
                                 [](const auto& line) { return line.find("makes net slower") != std::string::npos; });
  ASSERT_NE(said, lines.end()) << lines.front();
  EXPECT_EQ(said->rfind("Above ", 0), 0U) << *said;
  EXPECT_EQ(said->find("is bound"), std::string::npos) << *said;
}

TEST(Analysis, OnlyPointsThatNothingBeatsAreOnTheFront) {
  // More than 64 lanes' worth of rate brings nothing: 4000 costs more than 3000 and is no faster.
  const auto sweep = swept(grid({parse_axis("ddr.rate_mt_per_s=1000,3000,4000"), parse_axis("tiu.clock_mhz=500,1000")}),
                           [](const auto& v) { return 1000.0 / v[1] + 3000.0 / std::min(v[0], 3000.0); });
  const auto front = pareto_rows(sweep);
  EXPECT_EQ(front, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(Analysis, EffectsOfWalksFindWhatMattersAndWhatInteracts) {
  const std::vector<Axis> axes{parse_axis("tiu.clock_mhz=500..1500"), parse_axis("ddr.rate_mt_per_s=1000..5000"),
                               parse_axis("gdma.clock_mhz=500..1500")};
  const auto sweep = swept(morris(axes, 30, 3), [](const auto& v) {
    return std::exp(1.5 * v[0] / 1000 + (v[1] - 3000) * (v[0] - 1000) / 1e6);  // the third does nothing
  });
  const auto effects = elementary_effects(sweep);
  ASSERT_EQ(effects.size(), 3U);
  EXPECT_GT(effects[0].mean_absolute, 0.5);
  EXPECT_GT(effects[0].deviation, 0.1);
  EXPECT_LT(effects[2].mean_absolute, 1e-6);
}

TEST(Analysis, AParameterThatDoesNothingIsSaidToDoNothing) {
  const auto sweep = swept(grid({parse_axis("tiu.clock_mhz=500,1000")}), [](const auto&) { return 2.0; });
  EXPECT_EQ(findings(sweep).front(), "tiu.clock_mhz does not change the time of net.");
}

}  // namespace
}  // namespace bmemu::harness
