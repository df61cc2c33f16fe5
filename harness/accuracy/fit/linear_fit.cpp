// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/fit/linear_fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace bmemu::harness {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kErrorScale = 0.06;  ///< of ln(predicted / published), beyond which an error pulls less and less
constexpr double kPriorWeight = 0.5;
constexpr double kLargestMove = 2.0;  ///< of ln(value) from the prior's centre
constexpr int kSteps = 20;
constexpr double kTolerance = 1e-7;

double loss(double error) { return std::log1p(error * error / (kErrorScale * kErrorScale)); }

VectorXd without(const VectorXd& weights, const LinearTimes& times, int network) {
  VectorXd left = weights;
  for (Index i = 0; i < left.size(); ++i)
    if (times.networks[std::size_t(i)] == network) left[i] = 0;
  return left;
}

int network_count(const LinearTimes& times) {
  return times.networks.empty() ? 0 : *std::max_element(times.networks.begin(), times.networks.end()) + 1;
}

}  // namespace

LinearFit fit(const LinearTimes& times, const VectorXd& weights, const Mechanisms& on) {
  LinearFit result;
  result.x = times.point;
  std::vector<Index> free;
  VectorXd at = times.at;
  for (std::size_t j = 0; j < on.size(); ++j) {
    if (on[j])
      free.push_back(Index(j));
    else
      at += times.off[j];
  }
  const MatrixXd slopes = times.slopes(Eigen::all, free);
  const VectorXd start = times.point(free);
  const VectorXd beliefs = (kPriorWeight * kPriorWeight) * times.sigmas(free).cwiseAbs2().cwiseInverse();
  VectorXd x = start;
  for (int step = 0; step < kSteps; ++step) {  // Gauss-Newton; weights of Cauchy's loss
    const VectorXd errors = (at + slopes * (x - start) - times.target) / kErrorScale;
    const VectorXd pull = weights.array() / (1 + errors.array().square());
    MatrixXd normal = slopes.transpose() * pull.asDiagonal() * slopes / (kErrorScale * kErrorScale);
    normal.diagonal() += beliefs;
    const VectorXd move =
        normal.ldlt().solve(slopes.transpose() * pull.cwiseProduct(errors) / kErrorScale + beliefs.cwiseProduct(x));
    x = (x - move).cwiseMax(-kLargestMove).cwiseMin(kLargestMove);
    if (move.size() == 0 || move.cwiseAbs().maxCoeff() < kTolerance) break;
  }
  result.times = at + slopes * (x - start);
  for (std::size_t k = 0; k < free.size(); ++k) result.x[free[k]] = x[Index(k)];
  return result;
}

VectorXd losses_left_out(const LinearTimes& times, const VectorXd& weights, const Mechanisms& on) {
  VectorXd losses = VectorXd::Zero(network_count(times));
  for (int network = 0; network < int(losses.size()); ++network) {
    const VectorXd others = without(weights, times, network);
    if (others == weights) continue;
    const LinearFit fitted = fit(times, others, on);
    for (Index i = 0; i < weights.size(); ++i)
      if (times.networks[std::size_t(i)] == network)
        losses[network] += weights[i] * loss(fitted.times[i] - times.target[i]);
  }
  return losses;
}

Mechanisms choose(const LinearTimes& times, const VectorXd& weights, const Mechanisms& allowed) {
  Mechanisms on = allowed;
  double least = losses_left_out(times, weights, on).sum();
  for (;;) {
    std::size_t best = on.size();
    for (std::size_t j = 0; j < on.size(); ++j) {
      if (!on[j] || times.off[j].size() == 0) continue;
      Mechanisms fewer = on;
      fewer[j] = false;
      const double sum = losses_left_out(times, weights, fewer).sum();
      if (sum > least) continue;
      least = sum;
      best = j;
    }
    if (best == on.size()) return on;
    on[best] = false;
  }
}

}  // namespace bmemu::harness
