// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Emulated times of published programs for any parameters of a chip.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/accuracy/published.h"
#include "harness/measure/interval.h"
#include "harness/measure/point.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// Milliseconds of one run with the firmware's copies of inputs and outputs, as published times include them.
double time_ms(const std::shared_ptr<const LoadedProgram>& program, const isa::ChipSpec& chip);

/// The programs of many published rows.
class Predictor {
 public:
  /// Loads the programs of `rows` from `folder` and tells the rows their share of matrix multiplications and
  /// their least time. Errors: those of LoadedProgram::open_commands.
  Predictor(std::vector<PublishedRow> rows, const std::string& folder);

  const std::vector<PublishedRow>& rows() const { return rows_; }
  const std::vector<std::shared_ptr<const LoadedProgram>>& programs() const { return programs_; }  ///< of the rows
  /// Milliseconds of one run of row `index`.
  double time_ms(std::size_t index, const isa::ChipSpec& chip) const;
  std::vector<double> times_ms(const isa::ChipSpec& chip) const;
  /// What a run of row `index` is like, and its interval on `chip`.
  IntervalFinder run(std::size_t index, const isa::ChipSpec& chip) const;

 private:
  std::vector<PublishedRow> rows_;
  std::vector<std::shared_ptr<const LoadedProgram>> programs_;
};

}  // namespace bmemu::harness
