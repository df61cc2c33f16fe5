// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/run_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "emulator/arithmetic/fast_gemm.h"
#include "harness/output/text_table.h"

namespace bmemu::harness {
namespace {

using emulator::Cause;
using emulator::kCauseCount;
using emulator::Picoseconds;
using emulator::TimeStack;
using emulator::total;

constexpr std::size_t kLayersShown = 10;
constexpr std::size_t kCausesShown = 3;
constexpr double kLeastShareShown = 0.005;

std::string ms(Picoseconds time) { return fmt::format("{:.3f}", static_cast<double>(time) / 1e9); }

std::string percent(Picoseconds part, Picoseconds whole) {
  if (whole == 0) return "n/a";
  return fmt::format("{:.1f}", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string cause_name(std::size_t cause) { return std::string(name(static_cast<Cause>(cause))); }

/// The largest causes of a stack with their share of it: "array 61 %, sync 20 %".
std::string main_causes(const TimeStack& stack) {
  const Picoseconds whole = total(stack);
  std::vector<std::size_t> order(kCauseCount);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return stack[a] > stack[b]; });
  std::string text;
  for (std::size_t i = 0; i < kCausesShown; ++i) {
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

std::string times(const RunResult& r) {
  const double per_second = r.length_ps == 0 ? 0.0 : 1000.0 / r.per_image_ms();
  return fmt::format(
      "run        {:>10} ms   {:.0f} cycles\n"
      "per image  {:>10.3f} ms   {:.1f} images/s\n"
      "ideal      {:>10} ms   the commands' ideal costs and waits alone: {} % of the run\n\n",
      ms(r.length_ps), static_cast<double>(r.length_ps) * r.chip.tiu.clock_mhz / 1e6, r.per_image_ms(), per_second,
      ms(r.ideal_ps), percent(r.ideal_ps, r.length_ps));
}

std::string interval(const RunResult& r) {
  const TimeInterval& i = r.interval;
  std::string text = i.not_available.empty()
                         ? fmt::format("90 %: {:.3f} to {:.3f} ms, from errors on {} networks that were not fitted\n",
                                       i.low_ms, i.high_ms, i.type)
                         : fmt::format("90 %: n/a: {}\n", i.not_available);
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

std::string stacks(const RunResult& r) {
  TextTable table({{"cycle stack"},
                   {"TIU ms", Align::kRight},
                   {"%", Align::kRight},
                   {"GDMA ms", Align::kRight},
                   {"%", Align::kRight},
                   {"critical path ms", Align::kRight},
                   {"%", Align::kRight}});
  const auto add = [&](const std::string& title, Picoseconds tiu, Picoseconds gdma, Picoseconds path) {
    table.add({title, ms(tiu), percent(tiu, r.length_ps), ms(gdma), percent(gdma, r.length_ps), ms(path),
               percent(path, r.length_ps)});
  };
  for (std::size_t cause = 0; cause < kCauseCount; ++cause)
    if (r.tiu.stack[cause] != 0 || r.gdma.stack[cause] != 0 || r.path.by_cause[cause] != 0)
      add(cause_name(cause), r.tiu.stack[cause], r.gdma.stack[cause], r.path.by_cause[cause]);
  add("sum", total(r.tiu.stack), total(r.gdma.stack), total(r.path.by_cause));
  return table.text() + fmt::format(
                            "The critical path has {} commands: {} % of its time in the TIU, {} % in the GDMA, "
                            "{} changes of engine.\n\n",
                            r.path.steps.size(), percent(r.path.tiu_ps, r.length_ps),
                            percent(r.path.gdma_ps, r.length_ps), r.path.engine_changes);
}

std::string layers(const RunResult& r) {
  std::vector<const LayerCost*> order;
  for (const auto& layer : r.layers)
    if (layer.critical_ps > 0) order.push_back(&layer);
  if (r.layers.size() <= 1) return "No layer map: --layers FILE tells which layer each command came from.\n";
  std::stable_sort(order.begin(), order.end(),
                   [](const auto* a, const auto* b) { return a->critical_ps > b->critical_ps; });
  order.resize(std::min(order.size(), kLayersShown));
  TextTable table({{"most expensive layers"},
                   {"kind"},
                   {"ms", Align::kRight},
                   {"%", Align::kRight},
                   {"TIU busy", Align::kRight},
                   {"GDMA busy", Align::kRight},
                   {"MB", Align::kRight},
                   {"main causes"}});
  for (const auto* layer : order)
    table.add({layer->name.empty() ? "(no layer)" : layer->name, layer->kind, ms(layer->critical_ps),
               percent(layer->critical_ps, r.length_ps), ms(layer->tiu.busy_ps), ms(layer->gdma.busy_ps),
               fmt::format("{:.3f}", static_cast<double>(layer->traffic.system_bytes()) / 1e6),
               main_causes(layer->critical)});
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

std::string uninitialised(const RunResult& r) {
  const auto& notes = r.uninitialised;
  if (notes.count == 0) return "";
  std::string text = fmt::format("\nreads of memory that was never written: {} operands\n", notes.count);
  for (std::size_t i = 0; i < notes.where.size() && i < kNotesShown; ++i) text += "  " + notes.where[i] + "\n";
  if (notes.count > kNotesShown) text += fmt::format("  ... (the first {} in --json)\n", notes.where.size());
  return text;
}

}  // namespace

std::string run_text(const RunResult& result) {
  return head(result) + times(result) + interval(result) + engines(result) + traffic(result) + stacks(result) +
         layers(result) + hazards(result) + uninitialised(result);
}

}  // namespace bmemu::harness
