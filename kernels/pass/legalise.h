// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rewrites operators into forms that kernels have: reductions along the last axis, two spatial dimensions, strides and
// padding that commands can hold.
#pragma once

#include "isa/chip/chip_spec.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

Graph legalise(Graph graph, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
