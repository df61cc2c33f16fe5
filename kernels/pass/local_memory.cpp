// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/local_memory.h"

#include <algorithm>
#include <set>

namespace bmemu::kernels {
namespace {

/// Something that needs a piece of every lane for some time. Times count operators of the group.
struct Item {
  std::int64_t bytes = 0;
  std::int64_t from = 0, to = 0;  ///< first and last operator
  std::int64_t* offset = nullptr;
  const char* part = "";               ///< of what `owner` names
  const std::string* owner = nullptr;  ///< none: the group itself
};

std::string name_of(const Item& item) { return item.owner == nullptr ? item.part : item.part + *item.owner; }

/// Largest first, each at the lowest offset that is free while it lives. The bytes of a lane that are used.
std::int64_t allocate(std::vector<Item>& items) {
  std::vector<Item*> order;
  order.reserve(items.size());
  for (Item& item : items) order.push_back(&item);
  std::stable_sort(order.begin(), order.end(), [](const Item* a, const Item* b) { return a->bytes > b->bytes; });
  std::vector<const Item*> placed;  // by offset
  placed.reserve(items.size());
  std::int64_t top = 0;
  for (const Item* item : order) {
    std::int64_t at = 0;
    for (const Item* other : placed) {
      if (other->from > item->to || item->from > other->to) continue;
      if (*other->offset >= at + item->bytes) break;
      at = std::max(at, *other->offset + other->bytes);
    }
    *item->offset = at;
    top = std::max(top, at + item->bytes);
    placed.insert(std::upper_bound(placed.begin(), placed.end(), at,
                                   [](std::int64_t offset, const Item* other) { return offset < *other->offset; }),
                  item);
  }
  return top;
}

Dims stored_shape(const GroupPlan& plan, const GroupValue& value, const Region& region, const isa::ChipSpec& chip) {
  Dims shape = local_shape(plan.view, region, chip);
  if (value.replicates_channels) shape[1] = chip.tiu.lanes;
  return shape;
}

constexpr std::int64_t kPrefetch = 2;  ///< operators ahead that weights are loaded in a group of one slice

/// Lists what a group keeps in local memory, and how long, then allocates it.
class Placing {
 public:
  Placing(const Setting& s, const std::vector<NodeContext>& contexts, const std::vector<const Kernel*>& kernels,
          GroupPlan& plan, PlanFailure* failure)
      : s_(s),
        contexts_(contexts),
        kernels_(kernels),
        plan_(plan),
        failure_(failure),
        last_(static_cast<std::int64_t>(plan.nodes.size()) - 1),
        one_slice_(plan.slices.size() == 1) {}

  bool fits() {
    for (std::size_t v = 0; v < plan_.values.size(); ++v) add_value(v);
    for (GroupParameter& parameter : plan_.parameters) add_parameter(parameter);
    add_scratch();
    const std::int64_t table = plan_.uses_exp ? exp_table_bytes(s_.chip) : 0;
    if (table > 0) items_.push_back({table, 0, last_, &plan_.exp_table, "coefficients", nullptr});
    const std::int64_t used = allocate(items_);
    if (used <= s_.chip.local_memory.lane_bytes) return true;
    if (failure_ != nullptr && failure_->bytes == 0) {
      const auto largest = std::max_element(items_.begin(), items_.end(),
                                            [](const Item& a, const Item& b) { return a.bytes < b.bytes; });
      *failure_ = {name_of(*largest), used};
    }
    return false;
  }

 private:
  void add(Buffers& buffers, std::int64_t from, std::int64_t to, const char* part, const std::string& owner) {
    buffers.bytes = align_up(buffers.bytes, s_.chip.tiu.eu_bytes);
    items_.push_back({buffers.bytes, from, to, &buffers.offset[0], part, &owner});
    if (buffers.is_double) items_.push_back({buffers.bytes, from, to, &buffers.offset[1], part, &owner});
  }

  /// Something that no lane has room for alone; the largest of them is told.
  void note_too_large(std::int64_t bytes, const char* part, const std::string& owner) {
    if (failure_ != nullptr && bytes > s_.chip.local_memory.lane_bytes && bytes > failure_->bytes)
      *failure_ = {part + owner, bytes};
  }

  void add_value(std::size_t v) {
    GroupValue& value = plan_.values[v];
    const std::string& name = s_.graph.value(value.id).name;
    const isa::DataType type = s_.graph.value(value.id).type;
    value.buffers = {};
    bool same = true;
    for (const GroupSlice& slice : plan_.slices) {
      const Dims shape = stored_shape(plan_, value, slice.region[v], s_.chip);
      value.buffers.bytes = std::max(value.buffers.bytes, lane_bytes(aligned_tensor(s_.chip, type, shape), s_.chip));
      same &= slice.region[v] == plan_.slices[0].region[v];
    }
    note_too_large(value.buffers.bytes, "", name);
    const auto first = static_cast<std::int64_t>(value.first_use), end = static_cast<std::int64_t>(value.last_use) - 1;
    if (!value.maker) {
      value.buffers.is_double = !one_slice_ && !same;
      add(value.buffers, one_slice_ ? std::max<std::int64_t>(first - 1, 0) : 0, one_slice_ ? end : last_, "", name);
    } else if (value.is_stored) {
      value.buffers.is_double = !one_slice_;
      add(value.buffers, one_slice_ ? first : 0, last_, "", name);
    } else {
      add(value.buffers, first, end, "", name);
    }
  }

  void add_parameter(GroupParameter& p) {
    p.buffers = {};
    if (p.data->is_l2_table) return;
    const std::string& name = contexts_[p.node].node.name;
    const std::size_t out = plan_.find(contexts_[p.node].node.output);
    bool same = true;
    for (const GroupSlice& slice : plan_.slices) {
      const Region region = parameter_region(*p.data, slice.region[out]);
      Dims shape = region.size();
      if (p.data->for_all_lanes) shape[1] = s_.chip.tiu.lanes;
      const LocalTensor t = p.data->is_compact ? compact_tensor(s_.chip, p.data->type, shape)
                                               : aligned_tensor(s_.chip, p.data->type, shape);
      p.buffers.bytes = std::max(p.buffers.bytes, lane_bytes(t, s_.chip));
      same &= region == parameter_region(*p.data, plan_.slices[0].region[out]);
    }
    note_too_large(p.buffers.bytes, "weights of ", name);
    p.buffers.is_double = !same;
    const auto node = static_cast<std::int64_t>(p.node);
    add(p.buffers, one_slice_ ? std::max<std::int64_t>(node - kPrefetch, 0) : 0, one_slice_ ? node : last_,
        "weights of ", name);
  }

  void add_scratch() {
    plan_.scratch.assign(plan_.nodes.size(), 0);
    plan_.scratch_bytes.assign(plan_.nodes.size(), 0);
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
      const std::size_t out = plan_.find(contexts_[i].node.output);
      std::int64_t bytes = 0;
      for (const GroupSlice& slice : plan_.slices) {
        const Dims shape = local_shape(plan_.view, slice.region[out], s_.chip);
        bytes = std::max(bytes, kernels_[i]->scratch_bytes(contexts_[i], plan_.view, shape));
      }
      plan_.scratch_bytes[i] = align_up(bytes, s_.chip.tiu.eu_bytes);
      if (bytes > 0)
        items_.push_back({plan_.scratch_bytes[i], std::int64_t(i), std::int64_t(i), &plan_.scratch[i], "scratch of ",
                          &contexts_[i].node.name});
    }
  }

  const Setting& s_;
  const std::vector<NodeContext>& contexts_;
  const std::vector<const Kernel*>& kernels_;
  GroupPlan& plan_;
  PlanFailure* failure_;
  const std::int64_t last_;  ///< operator
  const bool one_slice_;
  std::vector<Item> items_;
};

}  // namespace

Region parameter_region(const Parameter& parameter, const Region& out) {
  Region region = whole_region(parameter.shape);
  if (parameter.follows_channels) {
    region.begin[1] = out.begin[1];
    region.end[1] = out.end[1];
  }
  return region;
}

bool place_in_local_memory(const Setting& s, const std::vector<NodeContext>& contexts,
                           const std::vector<const Kernel*>& kernels, GroupPlan& plan, PlanFailure* failure) {
  return Placing(s, contexts, kernels, plan, failure).fits();
}

double group_cost(const Setting& s, const std::vector<NodeContext>& contexts, const std::vector<const Kernel*>& kernels,
                  const GroupPlan& plan) {
  const auto transfer = [&](const GroupValue& value, const Region& region, bool loads) {
    const Dims size = local_shape(plan.view, region, s.chip);
    const std::int64_t bytes = element_bytes(s.graph.value(value.id).type);
    const bool whole_planes =
        plan.view == View::kFlat || (size[2] == value.dims[2] && size[3] == value.dims[3]) || size[3] == value.dims[3];
    const double rows = double(size[0] * size[1]) * (whole_planes ? 1.0 : double(size[2]));
    const double row = double(size[3] * bytes) * (whole_planes ? double(size[2]) : 1.0);
    if (!loads) return s.cost.store_ns(rows, row);
    const Value& whole = s.graph.value(value.id);
    const bool is_one_part = plan.view == View::kFlat || (whole_planes && (size[0] == 1 || size[1] == value.dims[1]) &&
                                                          (size[1] == 1 || size[2] == value.dims[2]));
    const bool in_order =
        is_one_part && is_contiguous(whole.shape, s.layouts.values[static_cast<std::size_t>(value.id)].stride);
    return s.cost.load_ns(rows, row, in_order);
  };
  double total = 0, first_load = 0, last_store = 0;
  for (std::size_t i = 0; i < plan.slices.size(); ++i) {
    const GroupSlice& slice = plan.slices[i];
    const GroupSlice* before = i == 0 ? nullptr : &plan.slices[i - 1];
    double tiu = 0, dma = 0, store = 0, load = 0;
    for (std::size_t n = 0; n < contexts.size(); ++n) {
      const Region& out = slice.region[plan.find(contexts[n].node.output)];
      tiu += s.cost.tiu_ns(kernels[n]->cycles(contexts[n], plan.view, local_shape(plan.view, out, s.chip)));
    }
    for (std::size_t v = 0; v < plan.values.size(); ++v) {
      const GroupValue& value = plan.values[v];
      if (!value.maker && (before == nullptr || !(before->region[v] == slice.region[v])))
        load += transfer(value, slice.region[v], true);
      if (value.is_stored) store += transfer(value, slice.stored[v], false);
    }
    for (const GroupParameter& p : plan.parameters) {
      const std::size_t out = plan.find(contexts[p.node].node.output);
      const Region region = parameter_region(*p.data, slice.region[out]);
      if (before != nullptr && parameter_region(*p.data, before->region[out]) == region) continue;
      const Dims size = region.size();
      const double t = s.cost.load_ns(double(size[1]), double(size[2] * size[3] * element_bytes(p.data->type)), true);
      // The first operator waits for its weights, the others' come while it computes.
      if (i == 0 && p.node == 0)
        load += t;
      else
        dma += t;
    }
    if (i == 0) first_load = load;
    dma += store + (i == 0 ? 0 : load);
    total += std::max(tiu, dma);
    last_store = store;
  }
  return total + first_load + (plan.slices.size() > 1 ? last_store : last_store * 0.5);
}

}  // namespace bmemu::kernels
