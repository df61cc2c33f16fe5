// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The page that says how accurate predictions are, as Markdown.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/calibration.h"

namespace bmemu::harness {

struct CalibratedChip {
  std::vector<PublishedRow> rows;
  Calibration calibration;
};

/// Statistics of relative errors, in per cent.
struct ErrorStatistics {
  std::size_t count = 0;
  double mape = 0, median = 0, p90 = 0, bias = 0;
};
ErrorStatistics statistics(std::vector<double> relative_errors);

/// Value below which the share `q` of `values` lies, interpolated. `values` is not empty.
double quantile(std::vector<double> values, double q);

/// Fills the `calibration` block of the chip: quantiles of published over held-out times by type, and the range of
/// published runs. Types without rows take those of fp32.
void set_intervals(CalibratedChip& chip);

std::string accuracy_page(const std::vector<CalibratedChip>& chips);

}  // namespace bmemu::harness
