// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "harness/accuracy/columns.h"
#include "harness/accuracy/ratios.h"
#include "harness/accuracy/targets.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr const char* kTypes[] = {"fp32", "fp16", "int8"};

std::string mape(const std::vector<double>& errors) {
  return errors.empty() ? "-" : fmt::format("{:.1f}", statistics(errors).mape);
}

std::string summary_line(const std::string& title, const CalibratedChip& chip, const Columns& c, const Choice& choice) {
  const ErrorStatistics out = statistics(errors(chip, c.held_out, choice));
  if (out.count == 0) return "";
  return fmt::format("| {} | {} | {:.1f} | {:.1f} | {:.1f} | {:+.1f} | {} | {} | {} | {} |\n", title, out.count,
                     out.mape, out.median, out.p90, out.bias, mape(errors(chip, c.in_sample, choice)),
                     mape(errors(chip, c.vendor, choice)), mape(errors(chip, c.roofline, choice)),
                     mape(errors(chip, c.linear, choice)));
}

std::string summary(const CalibratedChip& chip, const Columns& c) {
  std::string text =
      "| rows | n | MAPE % | median % | p90 % | bias % | MAPE in sample % | vendor's estimate: MAPE % "
      "| roofline: MAPE % | linear model: MAPE % |\n|---|---|---|---|---|---|---|---|---|---|\n";
  const auto line = [&](const std::string& title, const Choice& choice) {
    text += summary_line(title, chip, c, choice);
  };
  line("convolutional, same precision", is_same_precision);
  for (const std::string type : kTypes) {
    line("&nbsp;&nbsp;" + type, [&](const auto& r) { return is_same_precision(r) && r.type == type; });
    for (const int batch : {1, 4})
      line(fmt::format("&nbsp;&nbsp;&nbsp;&nbsp;{} {}b", type, batch),
           [&](const auto& r) { return is_same_precision(r) && r.type == type && r.batch == batch; });
  }
  for (const int batch : {1, 4})
    line(fmt::format("&nbsp;&nbsp;batch {}", batch),
         [&](const auto& r) { return is_same_precision(r) && r.batch == batch; });
  line("convolutional, same precision, trusted rows",
       [&](const auto& r) { return is_same_precision(r) && !is_distrusted(r); });
  line("convolutional, mixed precision published", [](const auto& r) { return is_convolutional(r) && r.is_mixed; });
  line("convolutional, all", is_convolutional);
  line("convolutional, all trusted rows", [](const auto& r) { return is_convolutional(r) && !is_distrusted(r); });
  line("transformers", is_transformer);
  line("all", [](const auto&) { return true; });
  return text;
}

std::string rank(const CalibratedChip& chip, const std::vector<double>& ms, const Choice& choice) {
  std::vector<double> published, predicted;
  for (std::size_t i = 0; i < chip.rows.size(); ++i)
    if (choice(chip.rows[i]) && ms[i] > 0) {
      published.push_back(chip.rows[i].published_ms);
      predicted.push_back(ms[i]);
    }
  return published.size() < 3 ? "-" : fmt::format("{:.3f}", rank_correlation(published, predicted));
}

std::string ranks(const CalibratedChip& chip, const Columns& c) {
  std::string text =
      "\n| rank correlation with published times | bmemu, network held out | vendor's estimate | roofline "
      "| linear model |\n|---|---|---|---|---|\n";
  const auto line = [&](const std::string& title, const Choice& choice) {
    const std::string ours = rank(chip, c.held_out, choice);
    if (ours != "-")
      text += fmt::format("| {} | {} | {} | {} | {} |\n", title, ours, rank(chip, c.vendor, choice),
                          rank(chip, c.roofline, choice), rank(chip, c.linear, choice));
  };
  line("all", [](const auto&) { return true; });
  for (const std::string type : kTypes) line(type, [&](const auto& r) { return r.type == type; });
  return text;
}

std::string milliseconds(double ms) { return ms > 0 ? fmt::format("{:.3f}", ms) : "-"; }

std::string note_of(const PublishedRow& row) {
  std::vector<std::string> notes;
  if (row.is_mixed) notes.emplace_back("mixed precision published");
  if (row.other_compiler) notes.emplace_back("older compiler");
  if (row.is_outpaced()) notes.emplace_back(fmt::format("{:.3f} ms published elsewhere", row.fastest_ms));
  if (row.weight < 1) notes.emplace_back("distrusted");
  return fmt::format("{}", fmt::join(notes, ", "));
}

std::string row_line(const CalibratedChip& chip, const Columns& c, std::size_t i) {
  const auto& row = chip.rows[i];
  const auto& predicted = chip.calibration.rows[i];
  return fmt::format("| {} | {:.3f} | {:.3f} | {:+.1f} | {:.3f} to {:.3f}{} | {:.3f} | {} | {} | {} | {} |\n",
                     row.name(), row.published_ms, c.held_out[i], 100 * (c.held_out[i] / row.published_ms - 1),
                     predicted.low_ms, predicted.high_ms, predicted.holds(row.published_ms) ? "" : " (outside)",
                     c.in_sample[i], milliseconds(c.vendor[i]), milliseconds(c.roofline[i]), milliseconds(c.linear[i]),
                     note_of(row));
}

std::string chip_section(const CalibratedChip& chip) {
  const Columns c = columns(chip);
  std::string text = fmt::format("\n## {}\n\n{}{}", chip.calibration.chip.name, summary(chip, c), ranks(chip, c));
  text +=
      "\n| parameter | value | 90 % range by bootstrap over networks | without one network "
      "| mean change of ln(time) per ln(value) |\n|---|---|---|---|---|\n";
  for (const auto& p : chip.calibration.parameters)
    text += fmt::format("| `{}` | {:.4g} | {:.3g} to {:.3g} | {:.3g} to {:.3g} | {:.3f} |\n", p.key, p.value, p.low,
                        p.high, p.lowest, p.highest, p.sensitivity);

  constexpr const char* kHead =
      "| program | published ms | bmemu ms, network held out | error % | 90 % interval | bmemu ms, in sample "
      "| vendor's estimate ms | roofline ms | linear model ms | note |\n|---|---|---|---|---|---|---|---|---|---|\n";
  std::string same, mixed;
  for (std::size_t i = 0; i < chip.rows.size(); ++i) (chip.rows[i].is_mixed ? mixed : same) += row_line(chip, c, i);
  text += fmt::format(
      "\n{} of {} published times lie in their 90 % interval, which is made of the errors of other networks.\n\n{}{}",
      count_inside(chip), chip.rows.size(), kHead, same);
  if (!mixed.empty())
    text += fmt::format("\nPublished in mixed precision, int8 throughout here:\n\n{}{}", kHead, mixed);
  return text;
}

/// Enough to tell whether a table is the same.
std::string print_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error({"E-FILE-OPEN", path, "cannot be opened", "a table of published times (CSV)", ""});
  std::uint64_t hash = 0xCBF29CE484222325;
  std::size_t lines = 0;
  for (std::istreambuf_iterator<char> at(file), end; at != end; ++at) {
    hash = (hash ^ static_cast<unsigned char>(*at)) * 0x100000001B3;
    lines += *at == '\n' ? 1 : 0;
  }
  return fmt::format("table of {} lines, FNV-1a {:016x}", lines, hash);
}

}  // namespace

std::string made_from(const std::string& path, const std::string& publications,
                      const std::vector<std::string>& weights) {
  return fmt::format("{}; publications: {}; weights: {}", print_of(path),
                     publications.empty() ? "none" : print_of(publications),
                     weights.empty() ? "none" : fmt::format("{}", fmt::join(weights, ", ")));
}

std::string accuracy_page(const std::vector<CalibratedChip>& chips, const std::string& source,
                          const std::string& more) {
  std::string text = fmt::format(
      R"(# Accuracy

Generated by `bmemu calibrate`; do not edit. Made from: {}.

Times are of one run, all images of the batch, as the vendor publishes them (bmrt_test). "Held out": predicted with parameters fitted without any program of the network or its variants. Errors are predicted over published, minus one. Repeated publications of one program differ by 5 % (median), and the published programs came from other versions of the compiler than the ones at hand.

Beside the predictions, on the same rows: the vendor compiler's own estimate (BM1684X only); the roofline (the longer of multiply-accumulates at the peak of their type and bytes of all transfers at the peak of DDR); a linear model of four numbers per chip and type (multiply-accumulates at the peak, bytes of transfers, one, results of all other TIU commands; none negative), fitted to relative errors without the network or its variants, transformers weighed at 0.05 and rows to distrust at 0.3. Rows to distrust (an early compiler; 15 % slower than published elsewhere) are in all lines but those that say "trusted".

What errors of transformers come from: [silicon.md](silicon.md#where-the-time-of-transformers-goes).
)",
      source);
  text += target_section(targets(chips));
  for (const auto& chip : chips) text += chip_section(chip);
  return text + ratio_section(chips) + more;
}

}  // namespace bmemu::harness
