// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 3.1: how networks are quantised. Tried on trained networks: calibrated on one photograph, judged on another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/claims/claim.h"
#include "harness/claims/values/trained.h"

namespace bmemu::harness {

/// int8 on an emulated chip against double precision.
struct QuantisedRun {
  std::string network, chip;
  std::string judged_on;   ///< photograph; calibrated on the other one
  double range_ratio = 1;  ///< thresholds over the measured ones: 1 is calibrated
  OutputChange change;
  std::string left_out;  ///< why there are no figures; empty: there are
};

struct QuantisationInputs {
  std::vector<QuantisedRun> runs;
  std::size_t tables = 0;         ///< calibration tables written as the vendor's compiler writes them, and read again
  std::size_t tables_intact = 0;  ///< of them: every number is the same
};

QuantisationInputs quantisation_inputs(const ClaimOptions& options);
ClaimResult judge_quantisation(const QuantisationInputs& inputs);

}  // namespace bmemu::harness
