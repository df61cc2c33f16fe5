// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "harness/tensor/dump.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

/// `GROUP/ENGINE:FIRST-LAST`, as written.
struct Range {
  std::uint64_t group = 0;
  isa::Engine engine = isa::Engine::kTiu;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<std::uint64_t> number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Empty when the text has another form; it may then be the name of a layer.
std::optional<Range> parse_range(std::string_view text) {
  Range range;
  if (const auto group = number(text)) {
    if (!take(text, "/")) return std::nullopt;
    range.group = *group;
  }
  if (take(text, "gdma:"))
    range.engine = isa::Engine::kGdma;
  else if (!take(text, "tiu:"))
    return std::nullopt;
  const auto first = number(text);
  if (!first) return std::nullopt;
  range.first = range.last = *first;
  if (take(text, "-")) {
    const auto last = number(text);
    if (!last) return std::nullopt;
    range.last = *last;
  }
  if (!text.empty()) return std::nullopt;
  return range;
}

[[noreturn]] void no_such(const std::string& text, const std::string& legal, const std::string& what) {
  throw Error({"E-DUMP-SELECT", "--dump", text, legal, what});
}

void choose_range(const std::string& text, const Range& range, std::uint32_t first_group, CommandChoice& choice) {
  const std::uint64_t groups = choice.size() - 2 * std::uint64_t{first_group};  // copies come first and last
  if (range.group >= groups) no_such(text, fmt::format("groups 0..{}", groups - 1), "the program has no such group");
  auto& chosen = choice[range.group + first_group][static_cast<std::size_t>(range.engine)];
  if (range.first == 0 || range.first > range.last || range.last > chosen.size())
    no_such(text, fmt::format("{} ids 1..{}", isa::name(range.engine), chosen.size()),
            "the program has no such command");
  for (std::uint64_t id = range.first; id <= range.last; ++id) chosen[id - 1] = true;
}

bool choose_layer(const std::string& name, const isa::Program& program, CommandChoice& choice) {
  bool found = false;
  for (const isa::LayerSpan& span : program.layers.spans) {
    if (program.layers.names[span.layer] != name) continue;
    found = true;
    auto& [tiu, gdma] = choice[span.group];
    for (std::uint32_t id = span.tiu_before; id < span.tiu_after && id < tiu.size(); ++id) tiu[id] = true;
    for (std::uint32_t id = span.gdma_before; id < span.gdma_after && id < gdma.size(); ++id) gdma[id] = true;
  }
  return found;
}

}  // namespace

CommandChoice choose_commands(const std::vector<std::string>& texts, const isa::Program& program,
                              std::uint32_t first_group) {
  CommandChoice choice;
  for (const isa::CommandGroup& group : program.groups)
    choice.push_back({std::vector<bool>(group.tiu.commands.size()), std::vector<bool>(group.gdma.commands.size())});
  for (const std::string& text : texts) {
    if (choose_layer(text, program, choice)) continue;
    const auto range = parse_range(text);
    if (!range)
      no_such(text, "tiu:ID, gdma:FIRST-LAST, GROUP/tiu:ID, or the name of a layer of the layer map",
              "this names no command and no layer");
    choose_range(text, *range, first_group, choice);
  }
  return choice;
}

}  // namespace bmemu::harness
