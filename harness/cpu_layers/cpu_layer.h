// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Layers that compilers leave to the host's CPU, as the vendor's runtime computes them.
#pragma once

#include <functional>
#include <vector>

#include "harness/tensor/array.h"
#include "isa/bmodel/bmodel.h"

namespace bmemu::harness {

/// Contract: `outputs` have their types, shapes and room; inputs and outputs are those that the function was made for.
/// Errors: E-CPU-LAYER-INDEX (an index leaves the table).
using CpuLayerFunction = std::function<void(const std::vector<Array>& inputs, std::vector<Array>& outputs)>;

/// How a layer computes; empty when its kind, its parameters or its tensors are not known here.
/// Source of the parameters: the public header of the vendor's layers (bmcpu_common.h); what they do was observed on
/// compiled programs (tests/data/cpu_layers).
CpuLayerFunction cpu_layer_function(const isa::CpuLayer& layer, const std::vector<isa::TensorInfo>& inputs,
                                    const std::vector<isa::TensorInfo>& outputs);

}  // namespace bmemu::harness
