// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Emulated times of published programs for any parameters of a chip.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/published.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// A program with the firmware's copies of inputs and outputs, as published times include them. Its weights are
/// dropped: they have no influence on time. Errors: those of isa::BModel::open and isa::load_program.
isa::Program load_for_timing(const std::string& path);

/// Milliseconds of one run.
double time_ms(const isa::Program& program, const isa::ChipSpec& chip);

/// The programs of many published rows.
class Predictor {
 public:
  /// Loads the programs of `rows` from `folder`. Errors: those of load_for_timing.
  Predictor(std::vector<PublishedRow> rows, const std::string& folder);

  const std::vector<PublishedRow>& rows() const { return rows_; }
  const std::vector<isa::Program>& programs() const { return programs_; }  ///< of the rows
  /// Milliseconds of one run of row `index`.
  double time_ms(std::size_t index, const isa::ChipSpec& chip) const;
  std::vector<double> times_ms(const isa::ChipSpec& chip) const;

 private:
  std::vector<PublishedRow> rows_;
  std::vector<isa::Program> programs_;
};

}  // namespace bmemu::harness
