// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/work.h"

#include <algorithm>

#include "harness/measure/macs.h"

namespace bmemu::harness {

void WorkCounter::on_start(const emulator::RunStart& start) { chip_ = start.chip; }

void WorkCounter::on_command(const emulator::CommandEvent& event) {
  const std::string_view operation = isa::operation_name(*event.instruction);
  OperationTotals& totals = operations_[{event.engine, operation}];
  totals.operation = operation;
  totals.engine = event.engine;
  ++totals.commands;
  totals.busy_ps += event.end_ps - event.begin_ps;
  if (event.engine != isa::Engine::kTiu) return;
  if (const auto macs = macs_of(*event.instruction)) {
    totals.macs += macs->count;
    macs_[macs->type] += macs->count;
  }
}

Work WorkCounter::work() const {
  Work work;
  double most = 0;
  for (const auto& [type, macs] : macs_) {
    const double peak = peak_macs_per_cycle(type, *chip_);
    work.macs += macs;
    work.peak_ms += macs / peak / chip_->tiu.clock_mhz / 1000;
    if (macs <= most) continue;
    most = macs;
    work.type = type;
    work.peak_tops = 2 * peak * chip_->tiu.clock_mhz / 1e6;
  }
  for (const auto& [key, totals] : operations_) work.operations.push_back(totals);
  std::stable_sort(work.operations.begin(), work.operations.end(),
                   [](const auto& a, const auto& b) { return a.busy_ps > b.busy_ps; });
  return work;
}

}  // namespace bmemu::harness
