// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Times of the same rows by different models, and which rows count as what.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/page.h"

namespace bmemu::harness {

/// Milliseconds per row; 0 = the model has none.
struct Columns {
  std::vector<double> held_out, in_sample, vendor, roofline, linear;
};
Columns columns(const CalibratedChip& chip);

/// Published with an early compiler, much slower than elsewhere, or given a weight below 1.
bool is_distrusted(const PublishedRow& row);

}  // namespace bmemu::harness
