// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/layer_costs.h"

#include <algorithm>

namespace bmemu::harness {
namespace {

/// Commands arrive in order of their ends, so a new interval can only merge with the last ones.
void add_interval(std::vector<Interval>& intervals, Interval added) {
  while (!intervals.empty() && intervals.back().end_ps >= added.begin_ps) {
    added.begin_ps = std::min(added.begin_ps, intervals.back().begin_ps);
    intervals.pop_back();
  }
  intervals.push_back(added);
}

}  // namespace

emulator::Picoseconds LayerCost::active_ps() const {
  emulator::Picoseconds sum = 0;
  for (const auto& interval : active) sum += interval.end_ps - interval.begin_ps;
  return sum;
}

LayerCost& LayerCosts::of(std::uint32_t layer) { return layer < layers_.size() ? layers_[layer] : layers_.back(); }

std::map<OperatorKey, std::size_t> layers_by_key(const std::vector<LayerCost>& layers) {
  std::map<OperatorKey, std::size_t> result;
  for (std::size_t i = 0; i < layers.size(); ++i)
    result.emplace(OperatorKey(layers[i].name, short_kind(layers[i].kind)), i);
  return result;
}

void LayerCosts::on_start(const emulator::RunStart& start) {
  index_ = LayerIndex(*start.program);
  const auto& map = start.program->layers;
  layers_.assign(map.names.size() + 1, {});
  for (std::size_t i = 0; i < map.names.size(); ++i) {
    layers_[i].name = map.names[i];
    layers_[i].kind = map.kinds[i];
  }
}

void LayerCosts::on_command(const emulator::CommandEvent& event) {
  add(event, index_.layer(event.engine, event.group, event.index));
}

void LayerCosts::add(const emulator::CommandEvent& event, std::uint32_t number) {
  LayerCost& layer = of(number);
  (event.engine == isa::Engine::kTiu ? layer.tiu : layer.gdma).add(event);
  layer.traffic.add(event);
  add_interval(layer.active, {event.begin_ps, event.end_ps});
}

void LayerCosts::charge(const CriticalPath& path, const CommandLog& log) {
  for (const auto& step : path.steps) {
    LayerCost& layer = of(log.records()[step.record].layer);
    layer.critical_ps += step.end_ps - step.begin_ps;
    harness::add(layer.critical, step.stack);
  }
}

}  // namespace bmemu::harness
