// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Attention without scores in global memory: which of both ways computes it.
#pragma once

#include "kernels/op/product/attention_problem.h"

namespace bmemu::kernels {

/// Whether there is a kernel, and room for its smallest tile.
bool attention_fits(const AttentionProblem& problem, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
