// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 5.1: the largest error of fp32 programs is usually below 0.001.
#pragma once

#include <string>
#include <vector>

#include "harness/claims/claim.h"

namespace bmemu::harness {

struct ClaimOptions;

/// A program's outputs against the network in double precision.
struct Fp32Error {
  std::string network, chip, kind;
  double largest_output = 0;
  double max_absolute = 0;
  double max_relative = 0;      ///< largest absolute error over the largest output
  double runtime_absolute = 0;  ///< of ONNX Runtime in single precision, the original model
  double narrow_macs = 0;       ///< share of the program's multiply-accumulates that have less than 32 bits
};

struct Fp32AccuracyInputs {
  std::vector<Fp32Error> errors;
};

/// What the FAQ says.
inline constexpr double kStatedError = 0.001;

/// Runs NETWORK_CHIP_f32.bmodel.zst on NETWORK_input.npy and compares with NETWORK_double.npy, from traces/claims/fp32
/// (or the folder fp32 of the options' programs). Errors: those of the files.
Fp32AccuracyInputs fp32_accuracy_inputs(const ClaimOptions& options);
ClaimResult judge_fp32_accuracy(const Fp32AccuracyInputs& inputs);

}  // namespace bmemu::harness
