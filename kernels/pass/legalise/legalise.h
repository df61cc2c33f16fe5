// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rewrites operators into forms that kernels have: reductions along the last axis, two spatial dimensions, strides and
// padding that commands can hold.
#pragma once

#include "isa/chip/chip_spec.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// Products of few rows with constants as convolutions, before `quantise`: BM1684's bytes have no other form of them.
Graph few_rows_as_convolutions(Graph graph, isa::Family family);

Graph legalise(Graph graph, const isa::ChipSpec& chip);

/// Whether `legal`, made for a chip with larger local memory, is what `legalise` makes for `chip`, which differs in
/// nothing else.
bool is_legal_for(const Graph& legal, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
