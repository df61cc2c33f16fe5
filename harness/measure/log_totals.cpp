// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/log_totals.h"

#include <utility>

namespace bmemu::harness {

Run without_commands(const Run& run) {
  Run copy;
  copy.result = run.result;
  copy.network = run.network;
  copy.result.tiu = copy.result.gdma = {};
  copy.result.traffic = {};
  copy.result.path = {};
  copy.result.layers.clear();
  for (const LayerCost& layer : run.result.layers) {
    copy.result.layers.emplace_back();
    copy.result.layers.back().name = layer.name;
    copy.result.layers.back().kind = layer.kind;
  }
  return copy;
}

void add_log_totals(Run& run) {
  RunResult& result = run.result;
  LayerCosts costs;
  costs.start(std::move(result.layers));
  for (const CommandRecord& record : run.log.records()) {
    const emulator::CommandEvent event = run.log.event(record);
    (record.engine == isa::Engine::kTiu ? result.tiu : result.gdma).add(event);
    result.traffic.add(event);
    costs.add(event, record.layer);
  }
  for (EngineTotals* engine : {&result.tiu, &result.gdma})
    engine->stack[static_cast<std::size_t>(emulator::Cause::kIdle)] +=
        result.length_ps - emulator::total(engine->stack);
  result.path = find_critical_path(run.log);
  costs.charge(result.path, run.log);
  result.layers = costs.layers();
}

}  // namespace bmemu::harness
