// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Statistics of errors and ranks.
#pragma once

#include <cstddef>
#include <vector>

namespace bmemu::harness {

/// Statistics of relative errors, in per cent.
struct ErrorStatistics {
  std::size_t count = 0;
  double mape = 0, median = 0, p90 = 0, bias = 0;
};
ErrorStatistics statistics(const std::vector<double>& relative_errors);

/// Value below which the share `q` of `values` lies, interpolated. `values` is not empty.
double quantile(std::vector<double> values, double q);

/// Spearman's rank correlation, -1 to 1; equal values share the mean of their ranks. 0 when either side has no two
/// different values. Both have the same length.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace bmemu::harness
