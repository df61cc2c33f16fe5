// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Emulated times of published programs for any parameters of a chip.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/published.h"
#include "isa/chip_spec.h"
#include "isa/program.h"

namespace bmemu::harness {

/// Holds the commands of many programs; weights are dropped, they have no influence on time.
class Predictor {
 public:
  /// Loads the programs of `rows` from `folder`. Errors: those of isa::BModel::open and isa::load_program.
  Predictor(std::vector<PublishedRow> rows, const std::string& folder);

  const std::vector<PublishedRow>& rows() const { return rows_; }
  /// Milliseconds of one run of row `index`, copies of inputs and outputs included.
  double time_ms(std::size_t index, const isa::ChipSpec& chip) const;
  std::vector<double> times_ms(const isa::ChipSpec& chip) const;

 private:
  std::vector<PublishedRow> rows_;
  std::vector<isa::Program> programs_;
};

}  // namespace bmemu::harness
