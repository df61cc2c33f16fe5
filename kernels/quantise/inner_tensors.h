// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors that only this compiler makes, which a calibration table of another one cannot know.
#pragma once

#include <set>
#include <string>

#include "kernels/quantise/calibration.h"

namespace bmemu::kernels {

/// Tensors without a range inside of an operator ("NAME/...") of which the table knows the result NAME: what computes
/// them has to stay in float. Contract: behind `apply_calibration`.
std::set<std::string> tensors_inside_of_known(const Calibration& calibration, const Graph& graph);

}  // namespace bmemu::kernels
