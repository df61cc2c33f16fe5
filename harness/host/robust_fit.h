// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The loss that calibration minimises, and its minimum by Eigen's Levenberg-Marquardt.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace bmemu::harness {

/// sum of weight ln(1 + (error / scale)^2), Cauchy's loss: errors well below their scale count squared, those well
/// above hardly pull at all. Plus (x / sigma)^2 / 4 per parameter: before any time is seen, x is 0 within about sigma.
struct RobustLoss {
  std::function<Eigen::VectorXd(const Eigen::VectorXd&)> errors;  ///< of each row, at x
  std::function<Eigen::MatrixXd(const Eigen::VectorXd&)> slopes;  ///< of the errors, at x; rows x parameters
  Eigen::VectorXd weights, scales;                                ///< of the rows
  Eigen::VectorXd sigmas;                                         ///< of the parameters
};

/// The minimum found from `start` with at most `evaluations` of the errors. Deterministic.
Eigen::VectorXd minimise(const RobustLoss& loss, const Eigen::VectorXd& start, int evaluations);

}  // namespace bmemu::harness
