// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bmemu::harness {
namespace {

double ms(emulator::Picoseconds time) { return static_cast<double>(time) / 1e9; }

/// The cause of the cycle stack that grew or shrank most, in words: "transfer +0.120 ms".
std::string main_stack_changes(const Cause& cause) {
  std::vector<std::pair<emulator::Picoseconds, std::size_t>> changes;
  for (std::size_t i = 0; i < emulator::kCauseCount; ++i)
    if (cause.b.stack[i] != cause.a.stack[i]) changes.emplace_back(cause.b.stack[i] - cause.a.stack[i], i);
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& x, const auto& y) { return std::abs(x.first) > std::abs(y.first); });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(changes.size(), 2); ++i)
    text += fmt::format("{}{} {:+.3f} ms", i == 0 ? "" : ", ", name(static_cast<emulator::Cause>(changes[i].second)),
                        ms(changes[i].first));
  return text;
}

/// "12 the same, 3 changed, 4 new": nothing where all are the same.
std::string matches_in_words(const MatchCounts& counts) {
  const auto of = [&](CommandMatch match) { return counts[static_cast<std::size_t>(match)]; };
  if (of(CommandMatch::kChanged) + of(CommandMatch::kNew) + of(CommandMatch::kGone) == 0) return "";
  std::string text = fmt::format("{} the same", of(CommandMatch::kSame));
  for (const auto match : {CommandMatch::kChanged, CommandMatch::kNew, CommandMatch::kGone})
    if (of(match) != 0) text += fmt::format(", {} {}", of(match), name(match));
  return text;
}

}  // namespace

std::string explain(const Cause& cause, emulator::Picoseconds a_ps) {
  std::string text = fmt::format("{}: {}", cause.change, cause.text);
  text += fmt::format("; {:+.3f} ms ({:+.1f} % of A)", ms(cause.delta_ps),
                      a_ps == 0 ? 0.0 : 100.0 * double(cause.delta_ps) / double(a_ps));
  const std::string matches = matches_in_words(cause.commands);
  if (cause.a.commands != cause.b.commands)
    text += fmt::format("; {} -> {} commands", cause.a.commands, cause.b.commands);
  else if (!matches.empty())
    text += fmt::format("; {} commands", cause.a.commands);
  if (!matches.empty()) text += fmt::format(" ({})", matches);
  if (cause.a.bytes != cause.b.bytes)
    text += fmt::format("; {:.3f} -> {:.3f} MB moved", double(cause.a.bytes) / 1e6, double(cause.b.bytes) / 1e6);
  if (const std::string stack = main_stack_changes(cause); !stack.empty()) text += fmt::format("; engines: {}", stack);
  return text;
}

}  // namespace bmemu::harness
