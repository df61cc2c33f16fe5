// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/output/text_table.h"
#include "harness/output/words.h"
#include "harness/report/saved/result_json.h"
#include "harness/version.h"
#include "isa/chip/chip_changes.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLayersShown = 12;
constexpr std::size_t kLayersOfCause = 3;
constexpr std::size_t kNameOnTerminal = 38;  ///< of layers beside the waterfall

double ms(emulator::Picoseconds time) { return static_cast<double>(time) / 1e9; }

double percent(emulator::Picoseconds part, emulator::Picoseconds whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

Json side_json(const Side& side) {
  const RunResult& r = side.run.result;
  const bool has_interval = r.interval.unavailable.empty() && r.interval.high_ms > 0;
  return {{"name", side.name},
          {"evidence", side.evidence},
          {"chip", r.chip.name},
          {"product", r.chip.product.empty() ? Json() : Json(r.chip.product)},
          {"chip_changes", changes_json(r.chip)},
          {"left_out", left_out_json(r.notes.left_out)},
          {"compiler", side.run.network.compiler},
          {"batch", r.batch},
          {"ms", r.time_ms()},
          {"per_image_ms", r.per_image_ms()},
          {"length_ps", r.length_ps},
          {"ms_interval", has_interval ? Json({r.interval.low_ms, r.interval.high_ms}) : Json()}};
}

std::string changes_of(const Side& side) { return isa::changes_text(isa::chip_changes(side.run.result.chip)); }

/// "A: NAME on CHIP PRODUCT", with what was changed in the chip.
std::string side_line(const char* letter, const Side& side) {
  const std::string changes = changes_of(side);
  return fmt::format("{}: {} on {} {}{}\n", letter, side.name, side.run.result.chip.name, side.run.result.chip.product,
                     changes.empty() ? "" : "; chip changed: " + changes);
}

/// What neither time counts: one line a part.
std::vector<std::string> left_out_lines(const Side& a, const Side& b) {
  std::vector<std::string> lines;
  for (const auto& [letter, side] : {std::pair{"A", &a}, std::pair{"B", &b}})
    for (const auto& part : side->run.result.notes.left_out)
      lines.push_back(fmt::format("left out of {}: {}", letter, left_out_text(part)));
  return lines;
}

Json cause_side_json(const CauseSide& side) {
  return {{"commands", side.commands},
          {"bytes", side.bytes},
          {"tiu_cycles", side.tiu_cycles},
          {"gdma_cycles", side.gdma_cycles},
          {"tiu_ms", ms(side.tiu_ps)},
          {"gdma_ms", ms(side.gdma_ps)},
          {"slices", side.slices},
          {"operators", side.operators},
          {"local_operators", side.local},
          {"types", side.types},
          {"stack_ps", stack_json(side.stack)}};
}

Json counts_json(const MatchCounts& counts) {
  Json json;
  for (std::size_t i = 0; i < kCommandMatches; ++i) json[std::string(name(static_cast<CommandMatch>(i)))] = counts[i];
  return json;
}

Json command_json(const Run& run, std::uint32_t index) {
  if (index == CommandPair::kNone) return {};
  const CommandRecord& record = run.log.records()[index];
  return {{"engine", record.engine == isa::Engine::kTiu ? "tiu" : "gdma"},
          {"id", record.id},
          {"operation", run.log.operation(record)},
          {"us", static_cast<double>(record.end_ps - record.begin_ps) / 1e6},
          {"bytes", record.bytes},
          {"ideal_cycles", record.ideal_cycles}};
}

Json most_changed_json(const Cause& cause, const Comparison& c, const Side& a, const Side& b) {
  Json json = Json::array();
  for (const RowCommands& entry : cause.most_changed) {
    const LayerRow& row = c.layers[entry.row];
    json.push_back({{"match", name(entry.pair.match)},
                    {"layer", row.name_b.empty() ? row.name_a : row.name_b},
                    {"a", command_json(a.run, entry.pair.a)},
                    {"b", command_json(b.run, entry.pair.b)}});
  }
  return json;
}

}  // namespace

std::string compare_sentence(const Side& a, const Side& b, const Comparison& c) {
  if (c.is_identical) return fmt::format("No difference: A and B take {:.3f} ms.", a.run.result.time_ms());
  const double share = percent(c.delta_ps, a.run.result.length_ps);
  std::string text =
      fmt::format("B is {} by {:.3f} ms ({:+.2f} %): {:.3f} -> {:.3f} ms", c.delta_ps >= 0 ? "slower" : "faster",
                  std::abs(ms(c.delta_ps)), share, a.run.result.time_ms(), b.run.result.time_ms());
  if (c.delta_ps == 0) text = fmt::format("B takes as long as A: {:.3f} ms", a.run.result.time_ms());
  if (a.run.result.batch != b.run.result.batch)
    text += fmt::format("; per image {:.3f} -> {:.3f} ms", a.run.result.per_image_ms(), b.run.result.per_image_ms());
  if (!c.causes.empty() && std::abs(c.causes.front().delta_ps) > kSmallShare * double(a.run.result.length_ps))
    text += fmt::format("; mainly {} ({:+.3f} ms)", c.causes.front().change, ms(c.causes.front().delta_ps));
  return text + ".";
}

std::string compare_text(const Side& a, const Side& b, const Comparison& c, std::size_t width) {
  std::string text = compare_sentence(a, b, c) + "\n";
  for (const std::string& line : left_out_lines(a, b)) text += line + "\n";
  const std::string sides = side_line("A", a) + side_line("B", b);
  if (c.is_identical) return changes_of(a).empty() && changes_of(b).empty() ? text : text + sides;
  if (std::abs(ms(c.delta_ps)) < c.uncertain_ms)
    text +=
        fmt::format("The difference is smaller than the emulator can be trusted for ({:.3f} ms).\n", c.uncertain_ms);
  text += sides + "\n";
  TextTable waterfall({{""}, {"ms", Align::kRight}, {"% of A", Align::kRight}, {"layers"}});
  waterfall.add({"A", fmt::format("{:.3f}", a.run.result.time_ms()), "100.0", ""});
  for (const Cause& cause : c.causes) {
    std::vector<std::string> layers(
        cause.layers.begin(),
        cause.layers.begin() + static_cast<std::ptrdiff_t>(std::min(cause.layers.size(), kLayersOfCause)));
    if (width > 0)
      for (auto& name : layers) name = shortened(name, kNameOnTerminal);
    if (cause.layers.size() > kLayersOfCause)
      layers.push_back(fmt::format("{} more", cause.layers.size() - kLayersOfCause));
    waterfall.add({cause.change, fmt::format("{:+.3f}", ms(cause.delta_ps)),
                   fmt::format("{:+.1f}", percent(cause.delta_ps, a.run.result.length_ps)),
                   fmt::format("{}", fmt::join(layers, ", "))});
  }
  waterfall.add({"B", fmt::format("{:.3f}", b.run.result.time_ms()),
                 fmt::format("{:.1f}", percent(b.run.result.length_ps, a.run.result.length_ps)), ""});
  text += waterfall.text_within(width) + "\n";
  for (const Cause& cause : c.causes) text += cause.text + "\n";
  std::vector<const LayerRow*> order;
  for (const LayerRow& row : c.layers)
    if (row.a_ps != row.b_ps) order.push_back(&row);
  std::stable_sort(order.begin(), order.end(), [](const LayerRow* x, const LayerRow* y) {
    return std::abs(x->b_ps - x->a_ps) > std::abs(y->b_ps - y->a_ps);
  });
  order.resize(std::min(order.size(), kLayersShown));
  TextTable layers({{"layers that changed most"},
                    {"kind"},
                    {"A ms", Align::kRight},
                    {"B ms", Align::kRight},
                    {"difference", Align::kRight},
                    {"cause"}});
  for (const LayerRow* row : order)
    layers.add({row->name_b.empty() ? row->name_a + " (gone)" : row->name_b + (row->name_a.empty() ? " (new)" : ""),
                row->kind, fmt::format("{:.3f}", ms(row->a_ps)), fmt::format("{:.3f}", ms(row->b_ps)),
                fmt::format("{:+.3f}", ms(row->b_ps - row->a_ps)), row->change});
  layers.fit(0, width);
  if (!order.empty()) text += "\n" + layers.text();
  for (const std::string& setting : c.settings) text += fmt::format("setting {}\n", setting);
  return folded(text, width, 2);
}

std::string compare_markdown(const Side& a, const Side& b, const Comparison& c) {
  std::string text = "**" + compare_sentence(a, b, c) + "**\n";
  for (const std::string& line : left_out_lines(a, b)) text += "\n" + line + "\n";
  if (const auto changes = changes_of(a); !changes.empty()) text += fmt::format("\nChip of A changed: {}\n", changes);
  if (const auto changes = changes_of(b); !changes.empty()) text += fmt::format("\nChip of B changed: {}\n", changes);
  if (c.is_identical) return text;
  text += fmt::format("\nA: `{}`, B: `{}`\n\n| cause | ms | % of A | layers | what |\n|---|---:|---:|---|---|\n",
                      a.name, b.name);
  const auto escaped = [](std::string cell) {
    for (auto at = cell.find('|'); at != std::string::npos; at = cell.find('|', at + 2)) cell.insert(at, "\\");
    return cell;
  };
  text += fmt::format("| A | {:.3f} | 100.0 | | |\n", a.run.result.time_ms());
  for (const Cause& cause : c.causes) {
    std::string layers;
    for (std::size_t i = 0; i < std::min(cause.layers.size(), kLayersOfCause); ++i)
      layers += fmt::format("{}`{}`", i == 0 ? "" : ", ", cause.layers[i]);
    text += fmt::format("| {} | {:+.3f} | {:+.1f} | {} | {} |\n", cause.change, ms(cause.delta_ps),
                        percent(cause.delta_ps, a.run.result.length_ps), escaped(layers), escaped(cause.text));
  }
  return text + fmt::format("| B | {:.3f} | {:.1f} | | |\n", b.run.result.time_ms(),
                            percent(b.run.result.length_ps, a.run.result.length_ps));
}

Json compare_json(const Side& a, const Side& b, const Comparison& c) {
  Json json;
  json["schema"] = "bmemu.compare/1";
  json["bmemu"] = {{"version", kVersion}, {"git", kGitVersion}};
  json["sentence"] = compare_sentence(a, b, c);
  json["a"] = side_json(a);
  json["b"] = side_json(b);
  json["a_ms"] = a.run.result.time_ms();
  json["b_ms"] = b.run.result.time_ms();
  json["delta_ms"] = ms(c.delta_ps);
  json["delta_ps"] = c.delta_ps;
  json["no_difference"] = c.is_identical;
  json["uncertain_ms"] = c.uncertain_ms;
  json["within_uncertainty"] = std::abs(ms(c.delta_ps)) < c.uncertain_ms;
  json["causes"] = Json::array();
  for (const Cause& cause : c.causes)
    json["causes"].push_back({{"class", cause.change},
                              {"layers", cause.layers},
                              {"delta_ms", ms(cause.delta_ps)},
                              {"delta_ps", cause.delta_ps},
                              {"text", cause.text},
                              {"evidence",
                               {{"a", cause_side_json(cause.a)},
                                {"b", cause_side_json(cause.b)},
                                {"commands", counts_json(cause.commands)},
                                {"most_changed", most_changed_json(cause, c, a, b)},
                                {"settings", cause.settings}}}});
  json["layers"] = Json::array();
  for (const LayerRow& row : c.layers) {
    MatchCounts counts{};
    count(row.commands, counts);
    json["layers"].push_back({{"a", row.name_a.empty() ? Json() : Json(row.name_a)},
                              {"b", row.name_b.empty() ? Json() : Json(row.name_b)},
                              {"kind", row.kind},
                              {"a_ms", ms(row.a_ps)},
                              {"b_ms", ms(row.b_ps)},
                              {"a_busy_ms", ms(row.a_busy_ps)},
                              {"b_busy_ms", ms(row.b_busy_ps)},
                              {"commands", counts_json(counts)},
                              {"class", row.change}});
  }
  json["settings"] = c.settings;
  return json;
}

}  // namespace bmemu::harness
