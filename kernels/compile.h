// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// From a graph of primitive operators to a program for a chip.
#pragma once

#include <optional>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

class CostModel;

struct CompileOptions {
  bool layer_groups = true;  ///< false: every operator goes through global memory
  /// Most operators that one group may have.
  std::size_t longest_group = 24;
  /// How many groupings of the network may be tried, 1 at least: the first one is made by a plain rule, the others
  /// change it in one place each (kernels/pass/group_search.h). None: the best of all groupings, by the cost model.
  std::optional<std::size_t> search_budget;
  /// What plans are compared by. Null: the plain estimate. Must outlive the compilation.
  const CostModel* cost_model = nullptr;
};

/// What the search for layer groups did in all of local memory.
struct SearchReport {
  std::size_t groupings = 0;  ///< tried by a search with a budget
  std::size_t groups = 0;     ///< planned
  double estimated_ns = 0;    ///< of the chosen groups, by the cost model
};

/// Passes: legalise, layout, group (with slicing and local memory), place, emit; see kernels/pass. They run for the
/// chip's local memory, for a half of it, a quarter ...: with twice the memory a program takes no longer, by the cost
/// model, and moves no more bytes.
/// Errors: E-KERNELS-UNSUPPORTED (names every node that has no kernel, with the reason), E-KERNELS-MEMORY (a tensor
/// that does not fit into local memory however it is cut: its name and bytes).
/// `report`: gets what the search did.
isa::Program compile(const Graph& graph, const isa::ChipSpec& chip, const CompileOptions& options = {},
                     SearchReport* report = nullptr);

}  // namespace bmemu::kernels
