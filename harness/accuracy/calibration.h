// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fits parameters of a chip to published run times and says how well it predicts networks that it has not seen.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/accuracy/predictor.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// One fitted parameter. Values are positive; the fit works on their logarithms.
struct FittedParameter {
  std::string key;
  double start = 0;  ///< what is believed before any time is seen; little evidence leaves the value there
  double value = 0;
  double lowest = 0;  ///< over the fits without one network
  double highest = 0;
  double low = 0;  ///< 5th and 95th percentile over fits to networks drawn with replacement
  double high = 0;
  double sensitivity = 0;  ///< mean |change of ln(time)| when ln(value) changes by 1; 0 = moves nothing
  bool moves_something() const { return sensitivity >= 1e-4; }
};

struct RowPrediction {
  double in_sample_ms = 0;
  double held_out_ms = 0;          ///< with parameters fitted without its network
  double low_ms = 0, high_ms = 0;  ///< 90 % interval around it, of errors of other networks; set_intervals fills it
  bool holds(double published_ms) const { return published_ms >= low_ms && published_ms <= high_ms; }
};

struct Calibration {
  isa::ChipSpec chip;  ///< with the fitted values
  std::vector<FittedParameter> parameters;
  std::vector<RowPrediction> rows;  ///< as the predictor's
};

/// Parameters that are fitted by default: those whose provenance in `chip` is `fitted` and that belong to
/// silicon or launch.
std::vector<std::string> default_fit_keys(const isa::ChipSpec& chip);

/// Fits `keys` of `chip` (robust_fit.h) to ln(predicted / published). The fit begins at fixed values, or where none is
/// known at the built-in chip's, never at those in `chip`: fitting a fitted chip again changes nothing. Rows weigh what
/// PublishedRow::weight says, those of mixed precision and of an older compiler less; the scale of a row's error grows
/// with its distance from the fastest publication of its program. Leave one network out, and networks drawn with
/// replacement: on the fit's linearisation; the rows left out are then emulated. Values have four digits.
/// Deterministic. `progress` is told what is done, in words.
/// Errors: E-CHIP-KEY; E-ACCURACY-PARAMETER (a parameter that is not positive).
Calibration calibrate(const Predictor& predictor, const isa::ChipSpec& chip, const std::vector<std::string>& keys,
                      const std::function<void(const std::string&)>& progress);

}  // namespace bmemu::harness
