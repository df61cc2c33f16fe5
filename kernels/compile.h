// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// From a graph of primitive operators to a program for a chip.
#pragma once

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

struct CompileOptions {
  bool layer_groups = true;  ///< false: every operator goes through global memory
  /// Most operators that one group may have.
  std::size_t longest_group = 24;
};

/// Passes: legalise, layout, group (with slicing and local memory), place, emit; see kernels/pass.
/// Errors: E-KERNELS-UNSUPPORTED (names every node that has no kernel, with the reason), E-KERNELS-MEMORY (a tensor
/// that does not fit into local memory however it is cut: its name and bytes).
isa::Program compile(const Graph& graph, const isa::ChipSpec& chip, const CompileOptions& options = {});

}  // namespace bmemu::kernels
