// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fits the costs of the inference interface to published stages.
#pragma once

#include <vector>

#include "harness/host/stage_cases.h"

namespace bmemu::harness {

struct HostFit {
  InterfaceModel model;          ///< with ranges over the fits without one sample
  std::vector<double> held_out;  ///< relative error of each case by the fit without its sample
};

/// Minimises robust_fit.h's loss of ln(predicted / published) over the cases that are not excluded, from fixed starts
/// that are rates of plain loops on the host's cores. Deterministic. What no case moves keeps its start.
HostFit fit_host(const std::vector<StageCase>& cases);

}  // namespace bmemu::harness
