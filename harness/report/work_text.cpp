// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/work_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "harness/output/text_table.h"
#include "harness/report/command_table.h"
#include "isa/chip/chip_changes.h"

namespace bmemu::harness {
namespace {

using emulator::Picoseconds;

constexpr double kLeastShare = 0.0005;  ///< what one decimal of a per cent shows

double ms(Picoseconds time) { return static_cast<double>(time) / 1e9; }
double share(Picoseconds part, const RunResult& r) {
  return r.length_ps == 0 ? 0 : static_cast<double>(part) / static_cast<double>(r.length_ps);
}

struct Kind {
  std::string name;
  std::size_t layers = 0;
  Picoseconds critical = 0;
  Picoseconds tiu = 0;
  Picoseconds gdma = 0;
  std::uint64_t bytes = 0;
};

}  // namespace

std::string kinds_text(const RunResult& result) {
  if (result.layers.size() <= 1) return {};
  std::map<std::string, Kind> kinds;
  for (const LayerCost& layer : result.layers) {
    Kind& kind = kinds[layer.kind];
    kind.name = layer.kind.empty() ? "(no layer)" : layer.kind;
    ++kind.layers;
    kind.critical += layer.critical_ps;
    kind.tiu += layer.tiu.busy_ps;
    kind.gdma += layer.gdma.busy_ps;
    kind.bytes += layer.traffic.system_bytes();
  }
  std::vector<Kind> order;
  for (const auto& [name, kind] : kinds)
    if (share(kind.critical, result) >= kLeastShare) order.push_back(kind);
  std::stable_sort(order.begin(), order.end(), [](const Kind& a, const Kind& b) { return a.critical > b.critical; });
  TextTable table({{"kind of layer"},
                   {"layers", Align::kRight},
                   {"ms", Align::kRight},
                   {"%", Align::kRight},
                   {"TIU busy", Align::kRight},
                   {"GDMA busy", Align::kRight},
                   {"MB", Align::kRight}});
  for (const Kind& kind : order)
    table.add({kind.name, fmt::format("{}", kind.layers), fmt::format("{:.3f}", ms(kind.critical)),
               fmt::format("{:.1f}", 100 * share(kind.critical, result)), fmt::format("{:.3f}", ms(kind.tiu)),
               fmt::format("{:.3f}", ms(kind.gdma)), fmt::format("{:.3f}", static_cast<double>(kind.bytes) / 1e6)});
  return table.text() + "\n";
}

std::string operations_text(const RunResult& result) {
  TextTable table({{"kind of command"},
                   {"engine"},
                   {"commands", Align::kRight},
                   {"busy ms", Align::kRight},
                   {"busy %", Align::kRight},
                   {"GMAC", Align::kRight}});
  for (const OperationTotals& o : result.work.operations)
    if (share(o.busy_ps, result) >= kLeastShare)
      table.add({o.operation, o.engine == isa::Engine::kTiu ? "TIU" : "GDMA", fmt::format("{}", o.commands),
                 fmt::format("{:.3f}", ms(o.busy_ps)), fmt::format("{:.1f}", 100 * share(o.busy_ps, result)),
                 o.macs > 0 ? fmt::format("{:.3f}", o.macs / 1e9) : ""});
  return table.text() + "\n";
}

void write_layers_csv(const RunResult& result, std::ostream& out) {
  const auto changes = isa::chip_changes(result.chip);
  if (!changes.empty()) out << "# chip changed: " << isa::changes_text(changes) << "\n";
  out << "layer,kind,ms,percent,tiu_ms,gdma_ms,mb,tiu_commands,gdma_commands";
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
    out << "," << name(static_cast<emulator::Cause>(cause)) << "_ms";
  out << "\n";
  for (const LayerCost& layer : result.layers) {
    out << fmt::format("{},{},{},{},{},{},{},{},{}", csv_cell(layer.name), csv_cell(layer.kind), ms(layer.critical_ps),
                       100 * share(layer.critical_ps, result), ms(layer.tiu.busy_ps), ms(layer.gdma.busy_ps),
                       static_cast<double>(layer.traffic.system_bytes()) / 1e6, layer.tiu.commands,
                       layer.gdma.commands);
    for (const Picoseconds time : layer.critical) out << "," << ms(time);
    out << "\n";
  }
}

}  // namespace bmemu::harness
