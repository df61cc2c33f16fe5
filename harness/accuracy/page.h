// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The page that says how accurate predictions are, as Markdown.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/baselines.h"
#include "harness/accuracy/calibration.h"
#include "harness/accuracy/statistics.h"

namespace bmemu::harness {

struct CalibratedChip {
  std::vector<PublishedRow> rows;
  Calibration calibration;
  std::vector<ProgramWork> work;  ///< of the rows' programs; empty: nothing is known, and no baseline is shown
};

/// Fills the `calibration` block of the chip: quantiles of published over held-out times by type, and the range of
/// published runs. Types without rows take those of fp32.
void set_intervals(CalibratedChip& chip);

/// What a page was made from: row count and FNV-1a hash (64 bits) of the table `path`, and the weights of rows.
/// Errors: E-FILE-OPEN.
std::string made_from(const std::string& path, const std::vector<std::string>& weights);

/// `source`: as `made_from` writes it. `more`: further sections, put at the end.
std::string accuracy_page(const std::vector<CalibratedChip>& chips, const std::string& source,
                          const std::string& more = "");

}  // namespace bmemu::harness
