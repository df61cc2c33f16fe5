// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The fit of linear times, and the choice of mechanisms, on rows made up.
#include "harness/accuracy/fit/linear_fit.h"

#include <gtest/gtest.h>

namespace bmemu::harness {
namespace {

/// Rows of networks 0, 0, 1, 2, 3, 4; the first parameter moves all alike, the second those of the networks 0 and 1.
LinearTimes linear_times(double first, double second) {
  LinearTimes times;
  times.point = Eigen::VectorXd::Zero(2);
  times.at = Eigen::VectorXd::Zero(6);
  times.slopes.resize(6, 2);
  times.slopes << 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0;
  times.off = {{}, Eigen::VectorXd::Zero(6)};
  times.target = times.slopes * Eigen::Vector2d(first, second);
  times.sigmas = Eigen::Vector2d(1, 1);
  times.networks = {0, 0, 1, 2, 3, 4};
  return times;
}

TEST(LinearFit, TheChoiceKeepsAMechanismThatPredictsNetworksLeftOut) {
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(6);
  EXPECT_EQ(choose(linear_times(0.1, 0.3), ones, {true, true}), (Mechanisms{true, true}));
  EXPECT_EQ(choose(linear_times(0.1, 0.0), ones, {true, true}), (Mechanisms{true, false}));
  const LinearTimes times = linear_times(0.1, 0.3);
  const LinearFit fitted = fit(times, ones, {true, true});
  EXPECT_NEAR(fitted.x[0], 0.1, 0.01);
  EXPECT_NEAR(fitted.x[1], 0.3, 0.01);
  Eigen::VectorXd one_network = ones;
  one_network[2] = 0;  // network 1: only network 0 tells the second parameter, so that nothing left out does
  EXPECT_EQ(choose(linear_times(0.1, 0.3), one_network, {true, true}).size(), 2U);
  EXPECT_GT(losses_left_out(times, ones, {true, false}).sum(), losses_left_out(times, ones, {true, true}).sum());
}

TEST(LinearFit, OneWrongRowHardlyMovesTheFit) {
  LinearTimes times = linear_times(0.1, 0.3);
  times.target[5] += 1;
  EXPECT_NEAR(fit(times, Eigen::VectorXd::Ones(6), {true, true}).x[0], 0.1, 0.03);
}

}  // namespace
}  // namespace bmemu::harness
