// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/statistics.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace bmemu::harness {
namespace {

/// Ranks from 0, minus their mean.
Eigen::VectorXd centred_ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  Eigen::VectorXd ranks(Eigen::Index(values.size()));
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) ranks[Eigen::Index(order[i])] = double(first + last) / 2;
    first = last + 1;
  }
  return ranks.array() - double(values.size() - 1) / 2;
}

}  // namespace

ErrorStatistics statistics(const std::vector<double>& relative_errors) {
  ErrorStatistics s;
  s.count = relative_errors.size();
  if (s.count == 0) return s;
  std::vector<double> sizes;
  for (const double e : relative_errors) {
    sizes.push_back(100 * std::abs(e));
    s.mape += sizes.back() / static_cast<double>(s.count);
    s.bias += 100 * e / static_cast<double>(s.count);
  }
  s.median = quantile(sizes, 0.5);
  s.p90 = quantile(sizes, 0.9);
  return s;
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (at - static_cast<double>(below));
}

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty()) return 0;
  const Eigen::VectorXd x = centred_ranks(a);
  const Eigen::VectorXd y = centred_ranks(b);
  const double size = x.norm() * y.norm();
  return size > 0 ? x.dot(y) / size : 0;
}

}  // namespace bmemu::harness
