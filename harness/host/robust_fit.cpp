// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/host/robust_fit.h"

#include <Eigen/Dense>
#include <cmath>
#include <unsupported/Eigen/NonLinearOptimization>

namespace bmemu::harness {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kPriorWeight = 0.5;
constexpr double kTolerance = 1e-5;
constexpr double kLargestMove = 2.0;  ///< of ln(value), over a whole fit

/// Its square is Cauchy's loss.
double robust(double z) { return std::copysign(std::sqrt(std::log1p(z * z)), z); }
double robust_slope(double z) { return std::abs(z) < 1e-6 ? 1.0 : z / (1 + z * z) / robust(z); }

/// In the form that Eigen's optimiser takes.
struct LeastSquares {
  using Scalar = double;
  // NOLINTNEXTLINE(readability-identifier-naming): Eigen's names
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };
  using InputType = VectorXd;
  using ValueType = VectorXd;
  using JacobianType = MatrixXd;

  const RobustLoss& loss;

  int inputs() const { return int(loss.sigmas.size()); }
  int values() const { return int(loss.weights.size() + loss.sigmas.size()); }
  int operator()(const VectorXd& x, VectorXd& out) const {
    const VectorXd z = loss.errors(x).cwiseQuotient(loss.scales);
    out.resize(values());
    for (Index i = 0; i < z.size(); ++i) out[i] = std::sqrt(loss.weights[i]) * robust(z[i]);
    out.tail(loss.sigmas.size()) = kPriorWeight * x.cwiseQuotient(loss.sigmas);
    return 0;
  }
  int df(const VectorXd& x, MatrixXd& out) const {
    const VectorXd z = loss.errors(x).cwiseQuotient(loss.scales);
    const MatrixXd slopes = loss.slopes(x);
    out.setZero(values(), inputs());
    for (Index i = 0; i < z.size(); ++i)
      out.row(i) = slopes.row(i) * (std::sqrt(loss.weights[i]) * robust_slope(z[i]) / loss.scales[i]);
    out.bottomRows(inputs()).diagonal() = kPriorWeight * loss.sigmas.cwiseInverse();
    return 0;
  }
};

}  // namespace

VectorXd minimise(const RobustLoss& loss, const VectorXd& start, int evaluations) {
  LeastSquares problem{loss};
  Eigen::LevenbergMarquardt<LeastSquares> optimiser(problem);
  optimiser.parameters.maxfev = evaluations;
  optimiser.parameters.factor = 1;  // first steps stay within a factor of e
  optimiser.parameters.ftol = optimiser.parameters.xtol = kTolerance;
  VectorXd x = start;
  optimiser.minimize(x);
  return x.cwiseMax(-kLargestMove).cwiseMin(kLargestMove);
}

}  // namespace bmemu::harness
