// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// 90 % intervals from the errors of networks that the fit had not seen.
#pragma once

#include <utility>
#include <vector>

#include "harness/accuracy/fit/calibration.h"

namespace bmemu::harness {

/// The range that holds a further value with `probability` when it comes from where `values` come from: their k-th
/// smallest and k-th largest, k = floor((n + 1) (1 - probability) / 2), at least 1 (split conformal prediction).
/// `values` is not empty.
std::pair<double, double> conformal_range(std::vector<double> values, double probability);

/// Fills the `calibration` block of the chip, and the interval of every row. Errors ln(published / held out) of scored
/// rows are measured in how unlike their runs are those of other networks (`widening`), and in the mean size of those
/// of their type, so that all types together say how far the tails reach; every network counts once, with its lowest
/// and its highest. A row's own interval comes from other networks alone: their errors, and what their runs are like.
/// Types without rows take those of fp32.
void set_intervals(const std::vector<PublishedRow>& rows, Calibration& calibration);

}  // namespace bmemu::harness
