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
  const isa::ChipSpec& chip = s.chip;
  const auto last = static_cast<std::int64_t>(plan.nodes.size()) - 1;
  const bool one_slice = plan.slices.size() == 1;
  const std::int64_t unit = chip.tiu.eu_bytes;
  std::vector<Item> items;
  const auto add = [&](Buffers& buffers, std::int64_t from, std::int64_t to, const char* part,
                       const std::string& owner) {
    buffers.bytes = align_up(buffers.bytes, unit);
    items.push_back({buffers.bytes, from, to, &buffers.offset[0], part, &owner});
    if (buffers.is_double) items.push_back({buffers.bytes, from, to, &buffers.offset[1], part, &owner});
  };
  for (std::size_t v = 0; v < plan.values.size(); ++v) {
    GroupValue& value = plan.values[v];
    const isa::DataType type = s.graph.value(value.id).type;
    value.buffers = {};
    bool same = true;
    for (const GroupSlice& slice : plan.slices) {
      const Dims shape = stored_shape(plan, value, slice.region[v], chip);
      value.buffers.bytes = std::max(value.buffers.bytes, lane_bytes(aligned_tensor(chip, type, shape), chip));
      same &= slice.region[v] == plan.slices[0].region[v];
    }
    if (value.buffers.bytes > chip.local_memory.lane_bytes && failure != nullptr &&
        value.buffers.bytes > failure->bytes)
      *failure = {s.graph.value(value.id).name, value.buffers.bytes};
    const std::string& name = s.graph.value(value.id).name;
    const auto first = static_cast<std::int64_t>(value.first_use), end = static_cast<std::int64_t>(value.last_use) - 1;
    if (!value.maker) {
      value.buffers.is_double = !one_slice && !same;
      add(value.buffers, one_slice ? std::max<std::int64_t>(first - 1, 0) : 0, one_slice ? end : last, "", name);
    } else if (value.is_stored) {
      value.buffers.is_double = !one_slice;
      add(value.buffers, one_slice ? first : 0, last, "", name);
    } else {
      add(value.buffers, first, end, "", name);
    }
  }
  for (GroupParameter& p : plan.parameters) {
    p.buffers = {};
    if (p.data->is_l2_table) continue;
    const std::size_t out = plan.find(contexts[p.node].node.output);
    bool same = true;
    for (const GroupSlice& slice : plan.slices) {
      const Region region = parameter_region(*p.data, slice.region[out]);
      Dims shape = region.size();
      if (p.data->for_all_lanes) shape[1] = chip.tiu.lanes;
      const LocalTensor t =
          p.data->is_compact ? compact_tensor(chip, p.data->type, shape) : aligned_tensor(chip, p.data->type, shape);
      p.buffers.bytes = std::max(p.buffers.bytes, lane_bytes(t, chip));
      same &= region == parameter_region(*p.data, plan.slices[0].region[out]);
    }
    if (p.buffers.bytes > chip.local_memory.lane_bytes && failure != nullptr && p.buffers.bytes > failure->bytes)
      *failure = {"weights of " + contexts[p.node].node.name, p.buffers.bytes};
    p.buffers.is_double = !same;
    const auto node = static_cast<std::int64_t>(p.node);
    add(p.buffers, one_slice ? std::max<std::int64_t>(node - kPrefetch, 0) : 0, one_slice ? node : last, "weights of ",
        contexts[p.node].node.name);
  }
  plan.scratch.assign(plan.nodes.size(), 0);
  plan.scratch_bytes.assign(plan.nodes.size(), 0);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const std::size_t out = plan.find(contexts[i].node.output);
    std::int64_t bytes = 0;
    for (const GroupSlice& slice : plan.slices)
      bytes = std::max(
          bytes, kernels[i]->scratch_bytes(contexts[i], plan.view, local_shape(plan.view, slice.region[out], chip)));
    plan.scratch_bytes[i] = align_up(bytes, unit);
    if (bytes > 0)
      items.push_back({plan.scratch_bytes[i], std::int64_t(i), std::int64_t(i), &plan.scratch[i], "scratch of ",
                       &contexts[i].node.name});
  }
  const std::int64_t table = plan.uses_exp ? exp_table_bytes(chip) : 0;
  if (table > 0) items.push_back({table, 0, last, &plan.exp_table, "coefficients", nullptr});
  const std::int64_t used = allocate(items);
  if (used <= chip.local_memory.lane_bytes) return true;
  if (failure != nullptr && failure->bytes == 0) {
    const auto largest =
        std::max_element(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.bytes < b.bytes; });
    *failure = {name_of(*largest), used};
  }
  return false;
}

double group_cost(const Setting& s, const std::vector<NodeContext>& contexts, const std::vector<const Kernel*>& kernels,
                  const GroupPlan& plan) {
  const std::int64_t lanes = s.chip.tiu.lanes;
  const auto transfer = [&](const GroupValue& value, const Region& region, bool loads) {
    const Dims size = local_shape(plan.view, region, s.chip);
    const std::int64_t bytes = element_bytes(s.graph.value(value.id).type);
    const bool whole_planes =
        plan.view == View::kFlat || (size[2] == value.dims[2] && size[3] == value.dims[3]) || size[3] == value.dims[3];
    const double rows = double(size[0] * size[1]) * (whole_planes ? 1.0 : double(size[2]));
    const double row = double(size[3] * bytes) * (whole_planes ? double(size[2]) : 1.0);
    return loads ? s.cost.load_ns(rows, row) : s.cost.store_ns(rows, row);
  };
  double total = 0, first_load = 0, last_store = 0, last_dma = 0;
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
      const double t = s.cost.load_ns(double(size[1]), double(size[2] * size[3] * element_bytes(p.data->type)));
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
    last_dma = dma;
  }
  (void)lanes;
  (void)last_dma;
  return total + first_load + (plan.slices.size() > 1 ? last_store : last_store * 0.5);
}

}  // namespace bmemu::kernels
