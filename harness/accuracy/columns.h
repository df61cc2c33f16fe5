// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Times of the same rows by different models, and which rows count as what.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "harness/accuracy/page.h"

namespace bmemu::harness {

/// Milliseconds per row; 0 = the model has none.
struct Columns {
  std::vector<double> held_out, in_sample, vendor, roofline, linear;
};
Columns columns(const CalibratedChip& chip);

using Choice = std::function<bool(const PublishedRow&)>;

/// Published times of the chosen rows that lie in their interval.
std::size_t count_inside(const CalibratedChip& chip, const Choice& choice);

/// Relative errors of the times `ms` (of one of the columns) of the chosen rows; rows that it has no time for are left
/// out.
std::vector<double> errors(const CalibratedChip& chip, const std::vector<double>& ms, const Choice& choice);

bool is_scored(const PublishedRow& row);

}  // namespace bmemu::harness
