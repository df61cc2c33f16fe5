// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/group_plan.h"

#include <algorithm>
#include <cmath>

#include "kernels/pass/local_memory.h"

namespace bmemu::kernels {
namespace {

std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }

/// Counts of pieces to try along one dimension, growing.
std::vector<std::int64_t> piece_counts(std::int64_t size) {
  std::vector<std::int64_t> counts;
  for (std::int64_t n = 1; n < size; n = std::max(n + 1, n + n / 3)) counts.push_back(n);
  counts.push_back(std::max<std::int64_t>(size, 1));
  return counts;
}

constexpr std::size_t kMostSlices = 48;  ///< that are tried although fewer fit
constexpr std::int64_t kMostSlicesOfAll = 4096;
constexpr double kHopeless = 1.4;  ///< times the cheapest cut: finer ones will not be cheaper

/// Pieces of the outputs in every dimension.
using Cuts = Dims;

class Planner {
 public:
  Planner(const Setting& setting, const std::vector<std::size_t>& nodes) : s_(setting) {
    plan_.nodes = nodes;
    for (const std::size_t n : nodes) {
      contexts_.push_back({s_.graph, s_.graph.nodes[n], s_.chip});
      kernels_.push_back(kernel_of(contexts_.back()));
    }
  }

  std::optional<GroupPlan> best(PlanFailure* failure) {
    std::optional<GroupPlan> best;
    for (const Kernel* kernel : kernels_)
      if (kernel == nullptr) return best;
    for (const View view : common_views()) {
      plan_.view = view;
      if (!collect_values() || !stored_in_view()) continue;
      collect_parameters();
      auto found = cheapest_cut(failure);
      if (found && (!best || found->cost_ns < best->cost_ns)) best = std::move(found);
    }
    return best;
  }

 private:
  std::vector<View> common_views() const {
    std::vector<View> views = kernels_[0]->views(contexts_[0]);
    for (std::size_t i = 1; i < kernels_.size(); ++i) {
      const auto own = kernels_[i]->views(contexts_[i]);
      views.erase(std::remove_if(views.begin(), views.end(),
                                 [&](View v) { return std::find(own.begin(), own.end(), v) == own.end(); }),
                  views.end());
    }
    return views;
  }

  GroupValue& value_of(ValueId id) {
    for (GroupValue& v : plan_.values)
      if (v.id == id) return v;
    GroupValue v;
    v.id = id;
    v.dims = dims_of(plan_.view, s_.graph.value(id).shape);
    plan_.values.push_back(v);
    return plan_.values.back();
  }

  /// Whether a view of something made in this group is read here: it would have to go through global memory.
  bool reads_view_of_own(ValueId id) const {
    const ValueId root = s_.layouts.values[index(id)].root;
    for (const std::size_t n : plan_.nodes) {
      const ValueId made = s_.graph.nodes[n].output;
      if (made != id && s_.layouts.values[index(made)].root == root && is_view_of(id, made)) return true;
    }
    return false;
  }

  /// Whether `id` comes from `made` by nodes without commands.
  bool is_view_of(ValueId id, ValueId made) const {
    const std::size_t maker = s_.makers[index(id)];
    if (maker == s_.graph.nodes.size()) return false;
    const Node& node = s_.graph.nodes[maker];
    const auto comes_from_made = [&](ValueId input) { return input == made || is_view_of(input, made); };
    if (s_.layouts.is_view[maker]) return comes_from_made(node.inputs[0]);
    // Parts of another concatenation that holds both are elsewhere in the same tensor.
    return node.op() == Op::kConcat && std::any_of(node.inputs.begin(), node.inputs.end(), comes_from_made);
  }

  bool collect_values() {
    plan_.values.clear();
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
      const Node& node = contexts_[i].node;
      const Dims out = dims_of(plan_.view, contexts_[i].output().shape);
      for (const std::size_t input : kernels_[i]->tensor_inputs(contexts_[i])) {
        const ValueId id = node.inputs[input];
        if (reads_view_of_own(id)) return false;
        GroupValue& v = value_of(id);
        const bool replicates = plan_.view != View::kFlat && v.dims[1] == 1 && out[1] > 1 &&
                                (node.op() == Op::kBinary || node.op() == Op::kSelect);
        if (replicates && v.maker) return false;  // only loads reach all lanes
        if (replicates != v.replicates_channels && v.last_use != 0) return false;
        v.replicates_channels = replicates;
        if (!v.maker && v.last_use == 0) v.first_use = i;
        v.last_use = std::max(v.last_use, i + 1);
      }
      GroupValue& v = value_of(node.output);
      v.maker = i;
      v.first_use = i;
      v.last_use = std::max(v.last_use, i + 1);
      v.is_stored = is_read_outside(node.output);
      if (v.is_stored && v.replicates_channels) return false;
    }
    return true;
  }

  bool is_read_outside(ValueId id) const {
    if (s_.is_output[index(id)]) return true;
    for (const std::size_t reader : s_.readers[index(id)])
      if (std::find(plan_.nodes.begin(), plan_.nodes.end(), reader) == plan_.nodes.end()) return true;
    return s_.readers[index(id)].empty();
  }

  Storage storage(ValueId id) const {
    const Value& value = s_.graph.value(id);
    return {0, value.shape, s_.layouts.values[index(id)].stride, value.type};
  }

  bool stored_in_view() const {
    for (const GroupValue& v : plan_.values)
      if ((!v.maker || v.is_stored) && !global_view(plan_.view, storage(v.id), s_.chip.family)) return false;
    return true;
  }

  void collect_parameters() {
    plan_.parameters.clear();
    plan_.uses_exp = false;
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
      for (const auto& p : s_.parameters[plan_.nodes[i]]) plan_.parameters.push_back({i, p, {}});
      plan_.uses_exp |= kernels_[i]->uses_exp(contexts_[i]);
    }
  }

  bool can_cut(std::size_t dimension) const {
    for (std::size_t i = 0; i < kernels_.size(); ++i)
      if (!kernels_[i]->can_cut(contexts_[i], plan_.view, dimension)) return false;
    return true;
  }

  /// Batches that a word of the group's tensors holds: it is cut at whole words.
  std::int64_t batches_in_word() const {
    std::int64_t batches = 1;
    for (const GroupValue& v : plan_.values)
      batches = std::max<std::int64_t>(batches, storage_unit(s_.chip.family, s_.graph.value(v.id).type).batches);
    return batches;
  }

  /// The smallest size of the outputs in a dimension: what it may be cut into.
  std::int64_t smallest(std::size_t dimension) const {
    std::int64_t size = 0;
    for (const GroupValue& v : plan_.values)
      if (v.is_stored) size = size == 0 ? v.dims[dimension] : std::min(size, v.dims[dimension]);
    return std::max<std::int64_t>(size, 1);
  }

  std::optional<GroupPlan> cheapest_cut(PlanFailure* failure) {
    if (plan_.view == View::kFlat) return cut_flat(failure);
    const std::int64_t lanes = s_.chip.tiu.lanes;
    const auto counts = [&](std::size_t d, std::int64_t size) {
      return can_cut(d) ? piece_counts(size) : std::vector<std::int64_t>{1};
    };
    // Channels are cut where weights would not fit: only for single operators, others would compute them again.
    std::vector<std::int64_t> channels{1};
    if ((kernels_.size() == 1 || plan_.view == View::kRows) && can_cut(1))
      channels = piece_counts(ceil_div(smallest(1), lanes));
    std::optional<GroupPlan> best;
    const auto batches = counts(0, ceil_div(smallest(0), batches_in_word())), lines = counts(2, smallest(2)),
               columns = counts(3, smallest(3));
    for (const std::int64_t c : channels) {
      bool goes_on = true;
      for (std::size_t n = 0; goes_on && n < batches.size(); ++n)
        goes_on = try_cut({batches[n], c, 1, 1}, best, failure);
      for (std::size_t h = 1; goes_on && h < lines.size(); ++h)
        goes_on = try_cut({batches.back(), c, lines[h], 1}, best, failure);
      // Parts of lines: only where whole ones do not fit.
      for (std::size_t w = 1; !best && w < columns.size(); ++w)
        try_cut({batches.back(), c, lines.back(), columns[w]}, best, failure);
      if (best && c > 4 * static_cast<std::int64_t>(best->slices.size())) break;
    }
    return best;
  }

  /// Keeps the cheaper one. More slices than fit are worth a try, because they overlap transfers with computing: false
  /// when still more are not.
  bool try_cut(const Cuts& cuts, std::optional<GroupPlan>& best, PlanFailure* failure) {
    auto found = fit(cuts, failure);
    if (!found) return true;
    const std::size_t slices = found->slices.size();
    const double cost = found->cost_ns;
    if (!best || cost < best->cost_ns) best = std::move(found);
    return slices < kMostSlices && cost < best->cost_ns * kHopeless;
  }

  std::optional<GroupPlan> cut_flat(PlanFailure* failure) {
    const std::int64_t lanes = s_.chip.tiu.lanes;
    std::int64_t all = 0;
    for (const GroupValue& v : plan_.values) {
      if (all != 0 && v.dims[3] != all) return std::nullopt;
      all = v.dims[3];
    }
    std::optional<GroupPlan> best;
    for (const std::int64_t pieces : piece_counts(ceil_div(all, lanes))) {
      const std::int64_t piece = std::max<std::int64_t>(align_up(ceil_div(all, pieces), lanes), lanes);
      GroupPlan plan = plan_;
      for (std::int64_t at = 0; at < all;) {
        std::int64_t size = std::min(piece, all - at);
        if (size > lanes) size = size / lanes * lanes;
        const Region region{{0, 0, 0, at}, {1, 1, 1, at + size}};
        plan.slices.push_back(
            {std::vector<Region>(plan.values.size(), region), std::vector<Region>(plan.values.size(), region)});
        at += size;
      }
      if (!place(plan, failure)) continue;
      if (!best || plan.cost_ns < best->cost_ns) best = std::move(plan);
      if (best->slices.size() > 12) break;
    }
    return best;
  }

  std::optional<GroupPlan> fit(const Cuts& cuts, PlanFailure* failure) {
    if (count(cuts) > kMostSlicesOfAll || (count(cuts) > 3 && !may_fit(cuts, failure))) return std::nullopt;
    GroupPlan plan = plan_;
    for (std::int64_t n = 0; n < cuts[0]; ++n)
      for (std::int64_t c = 0; c < cuts[1]; ++c)
        for (std::int64_t h = 0; h < cuts[2]; ++h)
          for (std::int64_t w = 0; w < cuts[3]; ++w)
            if (!add_slice(plan, cuts, {n, c, h, w})) return std::nullopt;
    if (!sizes_fit_fields(plan) || !place(plan, failure)) return std::nullopt;
    return plan;
  }

  bool add_slice(GroupPlan& plan, const Cuts& cuts, const Dims& at) const {
    plan.slices.emplace_back();
    return slice_regions(plan, cuts, at, s_.chip.tiu.lanes, plan.slices.back());
  }

  /// Whether two slices in the middle would fit: if not, all of them will not.
  bool may_fit(const Cuts& cuts, PlanFailure* failure) const {
    GroupPlan plan = plan_;
    const Dims middle{cuts[0] / 2, cuts[1] / 2, cuts[2] / 2, cuts[3] / 2};
    Dims before = middle;
    for (std::size_t d = 4; d-- > 0;)
      if (cuts[d] > 1) {
        --before[d];
        break;
      }
    return add_slice(plan, cuts, before) && add_slice(plan, cuts, middle) && sizes_fit_fields(plan) &&
           place_in_local_memory(s_, contexts_, kernels_, plan, failure);
  }

  /// Sizes of commands are 16-bit fields; of channels 12 bits on BM1684.
  bool sizes_fit_fields(const GroupPlan& plan) const {
    const std::int64_t channels = s_.chip.family == isa::Family::kBm1684 ? 4095 : 65535;
    for (const GroupSlice& slice : plan.slices)
      for (const Region& region : slice.region) {
        const Dims size = region.size();
        if (size[1] > channels || size[0] > 65535 || size[2] > 65535 || size[3] > 65535) return false;
      }
    return true;
  }

  /// Regions from the outputs backwards.
  bool slice_regions(const GroupPlan& plan, const Cuts& cuts, const Dims& at, std::int64_t lanes,
                     GroupSlice& slice) const {
    slice.region.assign(plan.values.size(), Region{});
    slice.stored.assign(plan.values.size(), Region{});
    std::vector<bool> known(plan.values.size(), false);
    for (std::size_t v = 0; v < plan.values.size(); ++v) {
      const GroupValue& value = plan.values[v];
      if (!value.is_stored) continue;
      Region region;
      for (std::size_t d = 0; d < 4; ++d) {
        // Channels are cut at whole rows of lanes.
        const std::int64_t unit = d == 1 ? lanes : d == 0 ? batches_in_word() : 1, size = ceil_div(value.dims[d], unit);
        if (cuts[d] > size) return false;
        region.begin[d] = size * at[d] / cuts[d] * unit;
        region.end[d] = std::min(size * (at[d] + 1) / cuts[d] * unit, value.dims[d]);
      }
      slice.region[v] = slice.stored[v] = region;
      known[v] = true;
    }
    for (std::size_t i = contexts_.size(); i-- > 0;) {
      const std::size_t out = plan.find(contexts_[i].node.output);
      if (!known[out]) return false;
      for (const std::size_t input : kernels_[i]->tensor_inputs(contexts_[i])) {
        const std::size_t v = plan.find(contexts_[i].node.inputs[input]);
        const Region need = kernels_[i]->needs(contexts_[i], plan.view, input, slice.region[out]);
        slice.region[v] = known[v] ? united(slice.region[v], need) : need;
        known[v] = true;
      }
    }
    // Several readers may have made a region larger than one of them can take.
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
      if (kernels_[i]->takes_parts(contexts_[i])) continue;
      const std::size_t out = plan.find(contexts_[i].node.output);
      for (const std::size_t input : kernels_[i]->tensor_inputs(contexts_[i])) {
        const std::size_t v = plan.find(contexts_[i].node.inputs[input]);
        if (!(slice.region[v] == kernels_[i]->needs(contexts_[i], plan.view, input, slice.region[out]))) return false;
      }
    }
    return true;
  }

  bool place(GroupPlan& plan, PlanFailure* failure) const {
    if (!place_in_local_memory(s_, contexts_, kernels_, plan, failure)) return false;
    plan.cost_ns = group_cost(s_, contexts_, kernels_, plan);
    return true;
  }

  const Setting& s_;
  GroupPlan plan_;
  std::vector<NodeContext> contexts_;
  std::vector<const Kernel*> kernels_;
};

}  // namespace

std::size_t GroupPlan::find(ValueId id) const {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].id == id) return i;
  return values.size();
}

GroupPlan GroupPlan::placed(const Setting& setting, Spread spread, End end) const {
  GroupPlan result = *this;
  const auto place = [&](std::int64_t& offset, std::int64_t bytes, std::int64_t element) {
    if (end == End::kLast) offset = setting.chip.local_memory.lane_bytes - offset - bytes;
    offset = spread.placed(offset, element);
  };
  const auto place_both = [&](Buffers& buffers, std::int64_t element) {
    for (std::int64_t& offset : buffers.offset) place(offset, buffers.bytes, element);
  };
  for (GroupValue& value : result.values) place_both(value.buffers, element_bytes(setting.graph.value(value.id).type));
  for (GroupParameter& parameter : result.parameters) place_both(parameter.buffers, 1);
  for (std::size_t i = 0; i < scratch.size(); ++i) place(result.scratch[i], scratch_bytes[i], 4);
  place(result.exp_table, exp_table_bytes(setting.chip), 1);
  return result;
}

Setting make_setting(const Graph& graph, const isa::ChipSpec& chip, const CostModel& cost, const Layouts& layouts) {
  Setting setting{graph,
                  chip,
                  cost,
                  layouts,
                  std::vector<std::vector<std::size_t>>(graph.values.size()),
                  std::vector<std::size_t>(graph.values.size(), graph.nodes.size()),
                  std::vector<bool>(graph.values.size(), false),
                  {}};
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    setting.makers[index(graph.nodes[i].output)] = i;
    for (const ValueId input : graph.nodes[i].inputs) setting.readers[index(input)].push_back(i);
  }
  for (const ValueId id : graph.outputs) setting.is_output[index(id)] = true;
  setting.parameters.resize(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const NodeContext context{graph, graph.nodes[i], chip};
    const Kernel* kernel = layouts.is_view[i] ? nullptr : kernel_of(context);
    if (kernel == nullptr || kernel->views(context).empty()) continue;
    for (Parameter& p : kernel->parameters(context))
      setting.parameters[i].push_back(std::make_shared<const Parameter>(std::move(p)));
  }
  return setting;
}

Dims local_shape(View view, const Region& region, const isa::ChipSpec& chip) {
  if (view != View::kFlat) return region.size();
  const std::int64_t size = region.size()[3], lanes = chip.tiu.lanes;
  if (size <= lanes) return {1, size, 1, 1};
  return {1, lanes, 1, size / lanes};
}

std::optional<GroupPlan> plan_group(const Setting& setting, const std::vector<std::size_t>& nodes,
                                    PlanFailure* failure) {
  return Planner(setting, nodes).best(failure);
}

}  // namespace bmemu::kernels
