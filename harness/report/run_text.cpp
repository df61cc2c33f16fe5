// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/run_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "emulator/arithmetic/products/fast_gemm.h"
#include "harness/output/text_table.h"
#include "harness/output/words.h"
#include "harness/report/causes.h"
#include "harness/report/verdict.h"
#include "harness/report/work_text.h"
#include "isa/chip/chip_changes.h"
#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

using emulator::Cause;
using emulator::kCauseCount;
using emulator::Picoseconds;
using emulator::TimeStack;
using emulator::total;

constexpr std::size_t kLayersShown = 10;
constexpr double kLeastRow = 0.0005;  ///< of the run: what one decimal of a per cent shows
constexpr std::size_t kCausesShown = 3;
constexpr double kLeastShareShown = 0.005;

std::string ms(Picoseconds time) { return fmt::format("{:.3f}", static_cast<double>(time) / 1e9); }

std::string percent(Picoseconds part, Picoseconds whole) {
  if (whole == 0) return "n/a";
  return fmt::format("{:.1f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string cause_name(std::size_t cause) { return std::string(name(static_cast<Cause>(cause))); }

/// The largest causes of a stack with their share of it: "array 61 %, sync 20 %".
std::string main_causes(const TimeStack& stack, std::size_t shown) {
  const Picoseconds whole = total(stack);
  std::vector<std::size_t> order(kCauseCount);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return stack[a] > stack[b]; });
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const double share = static_cast<double>(stack[order[i]]) / static_cast<double>(std::max<Picoseconds>(whole, 1));
    if (share < kLeastShareShown) break;
    text += fmt::format("{}{} {:.0f} %", i == 0 ? "" : ", ", cause_name(order[i]), 100 * share);
  }
  return text;
}

std::string head(const RunResult& r) {
  const auto& chip = r.chip;
  const bool fast = r.arithmetic && r.arithmetic->floats == emulator::FloatMode::kFast;
  return fmt::format(
      "chip {}, product {}: TIU {} MHz, GDMA {} MHz, DDR {} MT/s ({} GB/s peak)\n"
      "program {}: network {}, stage {}, batch {}\n"
      "Times are emulated, not measured. ms are wall time; cycles are cycles of the TIU clock ({} MHz).\n{}\n",
      chip.name, chip.product.empty() ? "none" : chip.product, chip.tiu.clock_mhz, chip.gdma.clock_mhz,
      chip.ddr.rate_mt_per_s, chip.ddr.peak_gb_per_s(), r.program, r.network.empty() ? "without a name" : r.network,
      r.stage, r.batch, chip.tiu.clock_mhz,
      fast ? fmt::format("Floats are fast ({}): the last bits of values may differ from the chip's.\n",
                         emulator::fast_gemm_library())
           : "");
}

/// What is not as a reader would take for granted.
std::string remarks(const RunResult& r) {
  std::string text;
  if (const auto changed = isa::changed_from_text(r.chip); !changed.empty()) text += "chip " + changed + "\n";
  for (const auto& product : isa::products())
    if (product.name == r.chip.product && product.chips > 1)
      text += fmt::format("{} has {} chips; all times are those of one\n", product.name, product.chips);
  for (const auto& part : r.notes.left_out) text += "left out: " + left_out_text(part) + "\n";
  if (!r.notes.values_end.empty()) text += fmt::format("values stop {}\n", r.notes.values_end);
  for (const auto& note : r.notes.texts) text += fmt::format("note: {}\n", note);
  return text.empty() ? "" : text + "\n";
}

std::string times(const RunResult& r) {
  const double per_second = r.length_ps == 0 ? 0.0 : 1000.0 / r.per_image_ms();
  return fmt::format(
      "run        {:>10} ms   {:.0f} cycles\n"
      "per image  {:>10.3f} ms   {:.1f} images/s\n"
      "ideal      {:>10} ms   the commands' ideal costs and waits alone: {} % of the run{}\n",
      ms(r.length_ps), static_cast<double>(r.length_ps) * r.chip.tiu.clock_mhz / 1e6, r.per_image_ms(), per_second,
      ms(r.ideal_ps), percent(r.ideal_ps, r.length_ps),
      r.ideal_ps > r.length_ps ? "; short rows of transfers cost less on silicon than they are estimated" : "");
}

std::string work(const RunResult& r) {
  if (r.work.macs <= 0) return "";
  return fmt::format(
      "work       {:>10.3f} GMAC  {:.2f} TOPS, {:.1f} % of the {} peak of {:.4g}; MAC utilisation {:.1f} %\n",
      r.work.macs / 1e9, r.work.tops(r.time_ms()), 100 * r.work.tops(r.time_ms()) / r.work.peak_tops, r.work.type,
      r.work.peak_tops, 100 * r.work.utilisation(r.time_ms()));
}

std::string interval(const RunResult& r) {
  const TimeInterval& i = r.interval;
  if (!i.unavailable.empty()) return fmt::format("90 %: n/a: {}\n\n", i.unavailable);
  std::string text = fmt::format("90 %: {:.3f} to {:.3f} ms, from errors on {} networks that were not fitted\n",
                                 i.low_ms, i.high_ms, i.type);
  for (const auto& reason : i.outside) text += fmt::format("outside the calibrated domain: {}\n", reason);
  return text + "\n";
}

std::string engines(const RunResult& r) {
  TextTable table({{"engine"},
                   {"commands", Align::kRight},
                   {"busy ms", Align::kRight},
                   {"busy %", Align::kRight},
                   {"array %", Align::kRight}});
  table.add({"TIU", fmt::format("{}", r.tiu.commands), ms(r.tiu.busy_ps), percent(r.tiu.busy_ps, r.length_ps),
             percent(r.tiu.stack[static_cast<std::size_t>(Cause::kArray)], r.length_ps)});
  table.add({"GDMA", fmt::format("{}", r.gdma.commands), ms(r.gdma.busy_ps), percent(r.gdma.busy_ps, r.length_ps), ""});
  return table.text() + "\n";
}

std::string traffic(const RunResult& r) {
  TextTable table({{"GDMA"},
                   {"commands", Align::kRight},
                   {"MB", Align::kRight},
                   {"busy ms", Align::kRight},
                   {"GB/s", Align::kRight}});
  for (const auto direction : kMovingDirections) {
    const auto& t = r.traffic.of(direction);
    table.add({std::string(name(direction)), fmt::format("{}", t.commands),
               fmt::format("{:.3f}", static_cast<double>(t.bytes) / 1e6), ms(t.busy_ps),
               t.busy_ps == 0 ? "n/a" : fmt::format("{:.2f}", t.gb_per_s())});
  }
  const double system_gb_per_s =
      r.length_ps == 0 ? 0.0 : static_cast<double>(r.traffic.system_bytes()) / static_cast<double>(r.length_ps) * 1e3;
  return table.text() + fmt::format(
                            "DDR, L2 and static memory over the whole run: {:.2f} GB/s (s = these, l = local "
                            "memory; s2s counts twice; MB, GB are decimal)\n\n",
                            system_gb_per_s);
}

constexpr std::size_t kWide = 140;  ///< terminals below it get fewer columns; files have all

std::string stacks(const RunResult& r, const TextOptions& options) {
  const bool is_wide = options.width == 0 || options.width >= kWide;
  std::vector<TextTable::Column> columns({{"cycle stack"},
                                          {"TIU ms", Align::kRight},
                                          {"%", Align::kRight},
                                          {"GDMA ms", Align::kRight},
                                          {"%", Align::kRight},
                                          {"critical path ms", Align::kRight},
                                          {"%", Align::kRight}});
  if (is_wide) columns.push_back({""});
  TextTable table(columns);
  const auto add = [&](const std::string& title, Picoseconds tiu, Picoseconds gdma, Picoseconds path,
                       const std::string& meaning) {
    std::vector<std::string> row{title,
                                 ms(tiu),
                                 percent(tiu, r.length_ps),
                                 ms(gdma),
                                 percent(gdma, r.length_ps),
                                 ms(path),
                                 percent(path, r.length_ps)};
    if (is_wide) row.push_back(meaning);
    table.add(std::move(row));
  };
  std::string explained;
  std::size_t hidden = 0;
  const auto share = [&](Picoseconds time) {
    return r.length_ps == 0 ? 0.0 : static_cast<double>(time) / static_cast<double>(r.length_ps);
  };
  for (std::size_t cause = 0; cause < kCauseCount; ++cause) {
    const Picoseconds most = std::max({r.tiu.stack[cause], r.gdma.stack[cause], r.path.by_cause[cause]});
    if (most != 0 && share(most) < kLeastRow) ++hidden;
    if (share(most) < kLeastRow) continue;
    const std::string meaning(text_of(static_cast<Cause>(cause)).meaning);
    add(cause_name(cause), r.tiu.stack[cause], r.gdma.stack[cause], r.path.by_cause[cause], meaning);
    if (!is_wide) explained += fmt::format("{}: {}\n", cause_name(cause), meaning);
  }
  add("sum", total(r.tiu.stack), total(r.gdma.stack), total(r.path.by_cause), "");
  if (hidden > 0) explained += fmt::format("({} causes below 0.05 % are not shown)\n", hidden);
  return table.text() + explained +
         fmt::format("The critical path has {}: {} % of its time in the TIU, {} % in the GDMA, {} of engine.\n\n",
                     counted(r.path.steps.size(), "command"), percent(r.path.tiu_ps, r.length_ps),
                     percent(r.path.gdma_ps, r.length_ps), counted(r.path.engine_changes, "change"));
}

constexpr std::size_t kNarrowKind = 14;

std::string layers(const RunResult& r, const TextOptions& options) {
  std::vector<const LayerCost*> order;
  for (const auto& layer : r.layers)
    if (layer.critical_ps > 0) order.push_back(&layer);
  const bool has_map = std::any_of(r.layers.begin(), r.layers.end(), [](const LayerCost& layer) {
    return !layer.kind.empty() && layer.kind.rfind("firmware.", 0) != 0;
  });
  if (!has_map) return "No layer map beside the program: `bmemu layers` says how to get one.\n";
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->critical_ps > b->critical_ps; });
  order.resize(std::min(order.size(), options.top));
  const bool is_narrow = options.width != 0 && options.width < kWide;
  std::vector<TextTable::Column> columns{
      {"most expensive layers"}, {"kind"}, {"ms", Align::kRight}, {"%", Align::kRight}};
  if (!is_narrow)
    columns.insert(columns.end(), {{"TIU busy", Align::kRight}, {"GDMA busy", Align::kRight}, {"MB", Align::kRight}});
  columns.push_back({"main causes"});
  TextTable table(columns);
  for (const auto* layer : order) {
    const std::string title = layer->name.empty() ? "(no layer)" : layer->name;
    std::vector<std::string> row{title, is_narrow ? shortened(layer->kind, kNarrowKind) : layer->kind,
                                 ms(layer->critical_ps), percent(layer->critical_ps, r.length_ps)};
    if (!is_narrow)
      row.insert(row.end(), {ms(layer->tiu.busy_ps), ms(layer->gdma.busy_ps),
                             fmt::format("{:.3f}", static_cast<double>(layer->traffic.system_bytes()) / 1e6)});
    row.push_back(main_causes(layer->critical, is_narrow ? 1 : kCausesShown));
    table.add(row);
  }
  table.fit(0, options.width);
  return table.text() + "A layer's ms are its part of the critical path: over all layers they sum to the run.\n";
}

constexpr std::size_t kNotesShown = 3;

std::string hazards(const RunResult& r) {
  if (r.hazards.empty()) return "";
  std::string text = fmt::format("\nmissing waits between the engines: {} pairs of commands; right results are luck\n",
                                 r.hazards.size());
  for (std::size_t i = 0; i < r.hazards.size() && i < kNotesShown; ++i)
    text += fmt::format("  {}: {}\n", r.hazards[i].where, r.hazards[i].kind);
  if (r.hazards.size() > kNotesShown) text += "  ... (all of them in --json)\n";
  return text;
}

std::string values(const RunResult& r, const TextOptions& options) {
  if (r.notes.counts.empty()) return "";
  TextTable table({{"values"},
                   {"kind"},
                   {"elements", Align::kRight},
                   {"NaN", Align::kRight},
                   {"infinite", Align::kRight},
                   {"saturated", Align::kRight}});
  for (std::size_t i = 0; i < r.notes.counts.size() && i < kLayersShown; ++i) {
    const ValueCounts& c = r.notes.counts[i];
    table.add({c.name, c.kind, fmt::format("{}", c.elements), fmt::format("{}", c.nan), fmt::format("{}", c.infinite),
               fmt::format("{}", c.saturated)});
  }
  table.fit(0, options.width);
  std::string text = "\n" + table.text();
  if (r.notes.counts.size() > kLayersShown) text += fmt::format("  ... (all {} in --json)\n", r.notes.counts.size());
  if (!r.notes.first_not_finite.empty())
    text += fmt::format("the first NaN or infinity is made by {}\n", r.notes.first_not_finite);
  return text;
}

std::string uninitialised(const RunResult& r) {
  const auto& notes = r.uninitialised;
  if (notes.count == 0) return "";
  std::string text = fmt::format("\nreads of memory that was never written: {} operands\n", notes.count);
  for (std::size_t i = 0; i < notes.where.size() && i < kNotesShown; ++i) text += "  " + notes.where[i] + "\n";
  if (notes.count > kNotesShown) text += fmt::format("  ... (the first {} in --json)\n", notes.where.size());
  const ProbeResult& probe = r.notes.probe;
  if (probe.was_done && probe.different.empty())
    text += "  they do not matter: with another filling of that memory all outputs are the same\n";
  if (probe.was_done && !probe.different.empty())
    text += fmt::format("  they matter: with another filling of that memory these outputs differ: {}\n",
                        fmt::join(probe.different, ", "));
  return text;
}

std::string verdict(const RunResult& r, const TextOptions& options) {
  const std::string text = verdict_text(r);
  if (text.empty()) return {};
  return (options.colour ? "\x1b[1m" + text.substr(0, text.size() - 1) + "\x1b[0m\n" : text) + "\n";
}

}  // namespace

std::string run_text(const RunResult& result, const TextOptions& options) {
  return folded(head(result) + remarks(result) + times(result) + work(result) + "\n" + interval(result) +
                    verdict(result, options) + engines(result) + traffic(result) + stacks(result, options) +
                    kinds_text(result) + operations_text(result) + layers(result, options) + values(result, options) +
                    hazards(result) + uninitialised(result),
                options.width, 2);
}

}  // namespace bmemu::harness
