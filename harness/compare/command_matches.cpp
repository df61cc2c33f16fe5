// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/command_matches.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace bmemu::harness {

void match_commands_of(std::vector<LayerRow>& rows, const Run& a, const Run& b) {
  const auto of_a = records_by_layer(a);
  const auto of_b = records_by_layer(b);
  const auto joined = [](const auto& by_layer, const std::vector<std::uint32_t>& layers) {
    std::vector<std::uint32_t> records;
    for (const auto layer : layers) records.insert(records.end(), by_layer[layer].begin(), by_layer[layer].end());
    return records;
  };
  for (LayerRow& row : rows)
    row.commands = match_commands(a, joined(of_a, row.layers_a), b, joined(of_b, row.layers_b));
}

void add_commands(Cause& cause, const std::set<std::size_t>& of, const std::vector<LayerRow>& rows, const Run& a,
                  const Run& b) {
  const auto duration = [](const Run& run, std::uint32_t record) -> emulator::Picoseconds {
    if (record == CommandPair::kNone) return 0;
    return run.log.records()[record].end_ps - run.log.records()[record].begin_ps;
  };
  std::vector<std::pair<emulator::Picoseconds, RowCommands>> changes;
  for (const std::size_t r : of) {
    count(rows[r].commands, cause.commands);
    for (const CommandPair& pair : rows[r].commands)
      if (const auto change = std::abs(duration(b, pair.b) - duration(a, pair.a)); change != 0)
        changes.push_back({change, {r, pair}});
  }
  const std::size_t shown = std::min(changes.size(), kCommandsShown);
  std::partial_sort(changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(shown), changes.end(),
                    [](const auto& x, const auto& y) {
                      return std::tie(y.first, x.second.row, x.second.pair.a, x.second.pair.b) <
                             std::tie(x.first, y.second.row, y.second.pair.a, y.second.pair.b);
                    });
  for (std::size_t i = 0; i < shown; ++i) cause.most_changed.push_back(changes[i].second);
}

}  // namespace bmemu::harness
