// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fits logarithms of times that are linear in logarithms of parameters, and chooses which mechanisms are worth having.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace bmemu::harness {

/// ln(time) of every row near the point where all mechanisms are on. x are ln(value / centre of the prior).
struct LinearTimes {
  Eigen::VectorXd at;                ///< ln(time) at `point`
  Eigen::VectorXd point;             ///< x
  Eigen::MatrixXd slopes;            ///< rows x parameters
  std::vector<Eigen::VectorXd> off;  ///< change of ln(time) when a parameter takes its neutral value; empty: never off
  Eigen::VectorXd target;            ///< ln(published)
  Eigen::VectorXd sigmas;            ///< of the priors
  std::vector<int> networks;         ///< of the rows: those of one network are left out together
};

using Mechanisms = std::vector<bool>;  ///< by parameter: its mechanism is on

struct LinearFit {
  Eigen::VectorXd x;      ///< `point` where off
  Eigen::VectorXd times;  ///< ln(time) of all rows
};

/// Minimises Cauchy's loss of the errors of the rows, times `weights`, plus the priors of what is on.
LinearFit fit(const LinearTimes& times, const Eigen::VectorXd& weights, const Mechanisms& on);

/// Loss of every network's rows with parameters fitted to the others, by network.
Eigen::VectorXd losses_left_out(const LinearTimes& times, const Eigen::VectorXd& weights, const Mechanisms& on);

/// Begins with what `allowed` has on and turns off, one after the other, the mechanism without which networks left out
/// are predicted best, as long as none is predicted better with it. Sees no row of weight 0.
Mechanisms choose(const LinearTimes& times, const Eigen::VectorXd& weights, const Mechanisms& allowed);

}  // namespace bmemu::harness
