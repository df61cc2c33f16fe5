// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fits parameters of a chip to published run times and says how well it predicts networks that it has not seen.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/accuracy/predictor.h"
#include "isa/chip_spec.h"

namespace bmemu::harness {

/// One fitted parameter. Values are positive; the fit works on their logarithms.
struct FittedParameter {
  std::string key;
  double start = 0;  ///< value before the fit, towards which little evidence leaves it
  double value = 0;
  double lowest = 0;  ///< over the fits without one network
  double highest = 0;
  double sensitivity = 0;  ///< mean |change of ln(time)| when ln(value) changes by 1; 0 = moves nothing
};

struct RowPrediction {
  double in_sample_ms = 0;
  double held_out_ms = 0;  ///< with parameters fitted without its network
};

struct Calibration {
  isa::ChipSpec chip;  ///< with the fitted values
  std::vector<FittedParameter> parameters;
  std::vector<RowPrediction> rows;  ///< as the predictor's
};

/// Parameters that are fitted by default: those whose provenance in `chip` is `fitted` and that belong to
/// silicon or launch.
std::vector<std::string> default_fit_keys(const isa::ChipSpec& chip);

/// Fits `keys` of `chip` by Levenberg and Marquardt on a robust loss of ln(predicted / published): small errors count
/// squared, large ones by their size. Rows weigh what PublishedRow::weight says, those of mixed precision and of an
/// older compiler less. Leave one network out: a fold's parameters come from the fit's linearisation without the
/// network's rows; its rows are then emulated with them. Deterministic. `progress` is told what is done, in words.
/// Errors: E-CHIP-KEY; E-ACCURACY-PARAMETER (a parameter that is not positive).
Calibration calibrate(const Predictor& predictor, const isa::ChipSpec& chip, const std::vector<std::string>& keys,
                      const std::function<void(const std::string&)>& progress);

}  // namespace bmemu::harness
