// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 6.2: int8 programs are not faster than fp32 ones in demos over NumPy arrays, because of a loop over the input.
#pragma once

#include <vector>

#include "harness/claims/claim.h"
#include "harness/host/host_fit.h"

namespace bmemu::harness {

struct ClaimOptions;

struct ScaleLoopInputs {
  std::vector<StageCase> cases;
  InterfaceModel model;
  std::vector<double> held_out;  ///< relative errors by fits without the case's sample; empty: not computed
};

/// One network's fp32 and int8 program behind *_opencv.py, batch 1. Milliseconds per image.
struct ScaleLoopPair {
  const StageCase* fp32 = nullptr;
  const StageCase* int8 = nullptr;
  double predicted_fp32_ms = 0, predicted_int8_ms = 0;
  double loop_ms = 0;     ///< what the loop over int8 inputs and outputs costs beyond copying floats
  double advised_ms = 0;  ///< the int8 program with inputs and outputs in float, as the FAQ advises
  double tpu_saving_ms() const { return fp32->tpu_ms - int8->tpu_ms; }
};

std::vector<ScaleLoopPair> scale_loop_pairs(const ScaleLoopInputs& inputs);
ClaimResult judge_scale_loop(const ScaleLoopInputs& inputs);

/// From the published tables. Errors: those of read_stages, read_times, load_networks, load_interface_model, fit_host.
ScaleLoopInputs scale_loop_inputs(const ClaimOptions& options);

}  // namespace bmemu::harness
