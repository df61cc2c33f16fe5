// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How a group of operators is cut into slices and where its tensors lie in local memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/cost_model.h"
#include "kernels/op/kernel.h"
#include "kernels/pass/layout.h"

namespace bmemu::kernels {

/// What all passes after `legalise` work on.
struct Setting {
  const Graph& graph;
  const isa::ChipSpec& chip;
  const CostModel& cost;
  const Layouts& layouts;
  std::vector<std::vector<std::size_t>> readers;  ///< by value: nodes that read it or a view of it
  std::vector<std::size_t> makers;                ///< by value: the node that computes it; none: how many there are
  std::vector<bool> is_output;                    ///< by value
  /// What kernels bring along, by node: laid out once, however many plans are tried.
  std::vector<std::vector<std::shared_ptr<const Parameter>>> parameters;
};
Setting make_setting(const Graph& graph, const isa::ChipSpec& chip, const CostModel& cost, const Layouts& layouts);

/// Offsets of a tensor in a lane; the second one is used by every other slice.
struct Buffers {
  std::int64_t offset[2] = {0, 0};
  std::int64_t bytes = 0;
  bool is_double = false;
};

/// A tensor that a group works on.
struct GroupValue {
  ValueId id{};
  Dims dims{};
  std::optional<std::size_t> maker;  ///< index into `nodes`; none: loaded
  std::size_t first_use = 0, last_use = 0;
  bool is_stored = false;
  bool replicates_channels = false;  ///< one channel, put into every lane
  Buffers buffers;
};

struct GroupParameter {
  std::size_t node = 0;  ///< index into `nodes`
  std::shared_ptr<const Parameter> data;
  Buffers buffers;
};

/// Regions of one slice, by index of GroupPlan::values. `stored`: the part that this slice writes to global memory.
struct GroupSlice {
  std::vector<Region> region;
  std::vector<Region> stored;
};

struct GroupPlan {
  View view = View::kImage;
  std::vector<std::size_t> nodes;  ///< of the graph
  std::vector<GroupValue> values;
  std::vector<GroupParameter> parameters;
  std::vector<std::int64_t> scratch;  ///< offset, by index into `nodes`
  std::vector<std::int64_t> scratch_bytes;
  std::int64_t exp_table = 0;
  bool uses_exp = false;
  std::vector<GroupSlice> slices;
  double cost_ns = 0;
  /// Index into `values`. Contract: the group has it.
  std::size_t find(ValueId id) const;
  /// Where local memory is used from.
  enum class End : std::uint8_t { kFirst, kLast };
  /// The same plan, made for the setting's chip, in lanes that may be larger.
  GroupPlan placed(const Setting& setting, Spread spread, End end) const;
};

/// Why a group has no plan.
struct PlanFailure {
  std::string tensor;
  std::int64_t bytes = 0;  ///< that it needs in a lane, in the smallest slices
};

/// The cheapest plan for these nodes in this order, if there is one. `failure` gets the largest tensor of the smallest
/// slices that were tried.
std::optional<GroupPlan> plan_group(const Setting& setting, const std::vector<std::size_t>& nodes,
                                    PlanFailure* failure = nullptr);

/// Shape in local memory of a region.
Dims local_shape(View view, const Region& region, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
