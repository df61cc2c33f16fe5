// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a prepared graph computes on a chip: compiled, run on the emulator, outputs as numbers.
#pragma once

#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "kernels/compile.h"
#include "kernels/graph/reference/tensor.h"

namespace bmemu::tests {

using Tensors = std::vector<kernels::reference::Tensor<float>>;

/// Missing waits and reads of memory that nobody wrote are errors. Inputs and outputs in the graph's order; bytes are
/// numbers over and times their scale.
Tensors run_on_chip(const kernels::Graph& prepared, const isa::ChipSpec& chip, const Tensors& inputs,
                    const kernels::CompileOptions& options = {});

/// What the reference computes in doubles.
Tensors expected_of(const kernels::Graph& graph, const Tensors& inputs);

/// The built-in chips: "bm1684", "bm1684x".
isa::ChipSpec built_in_chip(const std::string& name);

/// Largest |actual - expected| over the largest |expected| (at least `floor`).
double relative_error(const std::vector<float>& actual, const std::vector<float>& expected, double floor = 1e-3);
double cosine(const std::vector<float>& a, const std::vector<float>& b);

}  // namespace bmemu::tests
