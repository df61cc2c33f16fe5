// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/place.h"

#include <algorithm>
#include <limits>

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kPage = 4096;

std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }

struct Life {
  std::size_t from = std::numeric_limits<std::size_t>::max(), to = 0;
  bool is_used() const { return from <= to; }
  void add(std::size_t at) {
    from = std::min(from, at);
    to = std::max(to, at);
  }
};

}  // namespace

std::uint64_t stored_bytes(const Value& value, isa::Family family) {
  const isa::Unit unit = storage_unit(family, value.type);
  Shape shape = value.shape;
  if (unit.batches > 1 && !shape.empty()) shape[0] = ceil_div(shape[0], unit.batches);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(elements(shape), 1) * unit.bytes);
}

Placement place_in_global_memory(const Setting& s, const std::vector<Unit>& units) {
  std::vector<Life> lives(s.graph.values.size());
  const auto use = [&](ValueId id, std::size_t at) {
    if (s.graph.value(id).constant == nullptr) lives[index(s.layouts.values[index(id)].root)].add(at);
  };
  for (std::size_t u = 0; u < units.size(); ++u) {
    if (units[u].group) {
      for (const GroupValue& value : units[u].group->values)
        if (!value.maker || value.is_stored) use(value.id, u + 1);
    } else {
      const Node& node = s.graph.nodes[units[u].node];
      for (const ValueId input : node.inputs) use(input, u + 1);
      use(node.output, u + 1);
    }
  }
  for (const ValueId id : s.graph.inputs) {
    use(id, 0);
    use(id, units.size() + 1);  // the host may write the next input at any time
  }
  for (const ValueId id : s.graph.outputs) {
    use(id, units.size() + 1);
    // The host reads it whole: no part may have been another tensor's... kept from the start.
    use(id, 0);
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < lives.size(); ++i)
    if (lives[i].is_used()) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return stored_bytes(s.graph.values[a], s.chip.family) > stored_bytes(s.graph.values[b], s.chip.family);
  });
  Placement result;
  result.offset.assign(s.graph.values.size(), 0);
  struct Placed {
    std::uint64_t begin, end;
    Life life;
  };
  std::vector<Placed> placed;
  for (const std::size_t i : order) {
    const auto bytes =
        static_cast<std::uint64_t>(align_up(std::int64_t(stored_bytes(s.graph.values[i], s.chip.family)), kPage));
    std::vector<std::pair<std::uint64_t, std::uint64_t>> busy;
    for (const Placed& other : placed)
      if (other.life.from <= lives[i].to && lives[i].from <= other.life.to) busy.emplace_back(other.begin, other.end);
    std::sort(busy.begin(), busy.end());
    std::uint64_t at = 0;
    for (const auto& [begin, end] : busy) {
      if (begin >= at + bytes) break;
      at = std::max(at, end);
    }
    result.offset[i] = at;
    result.bytes = std::max(result.bytes, at + bytes);
    placed.push_back({at, at + bytes, lives[i]});
  }
  return result;
}

}  // namespace bmemu::kernels
