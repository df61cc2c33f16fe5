// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report/causes.h"

namespace bmemu::harness {
namespace {

constexpr double kWorthNaming = 0.5;  ///< per cent: less would be shown as 0

}  // namespace

std::vector<Bound> bounds(const RunResult& result) {
  std::map<std::pair<std::string, std::size_t>, emulator::Picoseconds> sums;
  for (const LayerCost& layer : result.layers)
    for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
      if (layer.critical[cause] > 0) sums[{layer.kind, cause}] += layer.critical[cause];
  std::vector<Bound> all;
  all.reserve(sums.size());
  for (const auto& [key, time] : sums) all.push_back({static_cast<emulator::Cause>(key.second), key.first, time});
  std::stable_sort(all.begin(), all.end(), [](const Bound& a, const Bound& b) { return a.time_ps > b.time_ps; });
  return all;
}

std::string verdict_text(const RunResult& result) {
  const auto all = bounds(result);
  if (all.empty() || result.length_ps == 0) return {};
  const auto percent = [&](const Bound& bound) {
    return 100.0 * static_cast<double>(bound.time_ps) / static_cast<double>(result.length_ps);
  };
  const auto part = [&](const Bound& bound) {
    return fmt::format("{}{}, {:.0f} % of the run", name(bound.cause), bound.kind.empty() ? "" : " in " + bound.kind,
                       percent(bound));
  };
  std::string text = fmt::format("bound by: {} ({})", part(all[0]), text_of(all[0].cause).meaning);
  if (all.size() > 1 && percent(all[1]) >= kWorthNaming) text += "; next: " + part(all[1]);
  return text + fmt::format("; what would help: {}\n", text_of(all[0].cause).remedy);
}

}  // namespace bmemu::harness
