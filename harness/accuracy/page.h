// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The page that says how accurate predictions are, as Markdown.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/baselines.h"
#include "harness/accuracy/fit/calibration.h"
#include "harness/accuracy/statistics.h"

namespace bmemu::harness {

struct CalibratedChip {
  std::vector<PublishedRow> rows;
  Calibration calibration;
  std::vector<ProgramWork> work;  ///< of the rows' programs; empty: nothing is known, and no baseline is shown
};

/// Paths of the tables that a page is made from; empty: none.
struct SourceTables {
  std::string rows, publications, stages;
};

/// What a page was made from: line counts and FNV-1a hashes (64 bits) of the tables, and the weights of rows.
/// Errors: E-FILE-OPEN.
std::string made_from(const SourceTables& tables, const std::vector<std::string>& weights);

/// Table of what error to expect, by chip, type, batch, length and family (what the activations are).
std::string expectations(const std::vector<CalibratedChip>& chips);

/// `source`: as `made_from` writes it. `more`: further sections, put at the end.
std::string accuracy_page(const std::vector<CalibratedChip>& chips, const std::string& source,
                          const std::string& more = "");

}  // namespace bmemu::harness
