// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fits parameters of a chip to published run times and says how well it predicts networks that it has not seen.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/accuracy/fit/predictor.h"
#include "harness/measure/interval.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// One parameter that may be fitted, and what its mechanism is worth. Values are positive; the fit works on their
/// logarithms.
struct FittedParameter {
  std::string key;
  double start = 0;  ///< what is believed before any time is seen; little evidence leaves the value there
  double value = 0;  ///< neutral where the mechanism was not chosen
  bool is_chosen = true;
  bool is_optional = true;  ///< false: no choice was made of it
  double lowest = 0;        ///< over the fits without one network in which it was chosen
  double highest = 0;
  int folds_chosen = 0;  ///< fits without one network that chose it
  double low = 0;        ///< 5th and 95th percentile over fits to networks drawn with replacement
  double high = 0;
  double sensitivity = 0;   ///< mean |change of ln(time)| when ln(value) changes by 1; 0 = moves nothing
  double mape_without = 0;  ///< of scored rows left out with their network, all chosen anew but this one: per cent
  bool moves_something() const { return sensitivity >= 1e-4; }
};

struct RowPrediction {
  double in_sample_ms = 0;
  double held_out_ms = 0;          ///< with mechanisms chosen and parameters fitted without its network
  double low_ms = 0, high_ms = 0;  ///< 90 % interval around it, of errors of other networks; set_intervals fills it
  RunLikeness likeness;            ///< of the run in sample
  double widening = 1;             ///< of its interval; set_intervals fills it
  bool holds(double published_ms) const { return published_ms >= low_ms && published_ms <= high_ms; }
};

struct Calibration {
  isa::ChipSpec chip;  ///< with the fitted values
  std::vector<FittedParameter> parameters;
  std::vector<RowPrediction> rows;  ///< as the predictor's
  int folds = 0;                    ///< networks that were left out in turn
  double linear_mape = 0;           ///< as FittedParameter::mape_without, with every mechanism allowed
};

/// Parameters that are fitted by default: those whose provenance in `chip` is `fitted` and that belong to
/// silicon or launch.
std::vector<std::string> default_fit_keys(const isa::ChipSpec& chip);

/// Chooses which of `keys` are worth having (linear_fit.h; the launch always is) and fits them to
/// ln(predicted / published). Parameters begin at the centres of their priors, or where they have none at the built-in
/// chip's values, never at those in `chip`: fitting a fitted chip again changes nothing. Only rows that count
/// (PublishedRow::is_scored) are fitted to, at their comparable_ms and PublishedRow::weight. Without each network in
/// turn mechanisms are chosen anew and fitted on the linearisation; the network's programs are then emulated. Networks
/// drawn with replacement: on the linearisation, mechanisms as chosen. Values have four digits. Deterministic.
/// `progress` is told what is done, in words. Errors: E-CHIP-KEY; E-ACCURACY-PARAMETER (a parameter that is not
/// positive); E-ACCURACY-TABLE (no row counts).
Calibration calibrate(const Predictor& predictor, const isa::ChipSpec& chip, const std::vector<std::string>& keys,
                      const std::function<void(const std::string&)>& progress);

}  // namespace bmemu::harness
