// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <set>

#include "harness/accuracy/columns.h"
#include "harness/accuracy/ratios.h"
#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr const char* kTypes[] = {"fp32", "fp16", "int8"};
constexpr double kShortMs = 0.35;

std::string mape(const std::vector<double>& errors) {
  return errors.empty() ? "-" : fmt::format("{:.1f}", statistics(errors).mape);
}

/// Rows of one chip that are summed up together.
struct Group {
  std::string title;
  Choice choice;
};

std::vector<Group> groups() {
  const auto of_type = [](const std::string& type) {
    return [type](const PublishedRow& r) { return r.is_scored() && r.type == type; };
  };
  std::vector<Group> list{{"all", is_scored}};
  for (const std::string type : kTypes) list.push_back({type, of_type(type)});
  for (const int batch : {1, 4})
    list.push_back(
        {fmt::format("batch {}", batch), [batch](const PublishedRow& r) { return r.is_scored() && r.batch == batch; }});
  list.push_back({fmt::format("shorter than {} ms", kShortMs),
                  [](const PublishedRow& r) { return r.is_scored() && r.published_ms < kShortMs; }});
  return list;
}

/// By what the activations are: all types together, and each.
std::vector<Group> families() {
  std::vector<Group> list;
  for (const bool relu : {true, false})
    for (const std::string type : {"", "fp32", "fp16", "int8"})
      list.push_back({fmt::format("{}{}{}", type, type.empty() ? "" : ", ", relu ? "ReLU alone" : "other activations"),
                      [=](const PublishedRow& r) {
                        return r.is_scored() && r.has_relu_alone == relu && (type.empty() || r.type == type);
                      }});
  return list;
}

std::size_t count_networks(const CalibratedChip& chip, const Choice& choice) {
  std::set<std::string> names;
  for (const auto& row : chip.rows)
    if (choice(row)) names.insert(row.fold());
  return names.size();
}

std::string summary(const CalibratedChip& chip, const Columns& c) {
  std::string text =
      "| scored rows | n | MAPE %, network held out | MAPE in sample % | vendor's estimate: MAPE % | roofline: MAPE % "
      "| linear model: MAPE % |\n|---|---|---|---|---|---|---|\n";
  for (const auto& group : groups()) {
    const auto out = errors(chip, c.held_out, group.choice);
    if (out.empty()) continue;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", group.title, out.size(), mape(out),
                        mape(errors(chip, c.in_sample, group.choice)), mape(errors(chip, c.vendor, group.choice)),
                        mape(errors(chip, c.roofline, group.choice)), mape(errors(chip, c.linear, group.choice)));
  }
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

/// Four digits, so that a page says no less than a chip file.
std::string shown(double ms) { return ms < 1 ? fmt::format("{:.4f}", ms) : fmt::format("{:.3f}", ms); }
std::string milliseconds(double ms) { return ms > 0 ? shown(ms) : "-"; }

std::string row_line(const CalibratedChip& chip, const Columns& c, std::size_t i) {
  const auto& row = chip.rows[i];
  const auto& predicted = chip.calibration.rows[i];
  std::string note = row.why_not_scored();
  if (row.weight != 1) note += fmt::format("{}weight {}", note.empty() ? "" : "; ", row.weight);
  return fmt::format("| {} | {:.3f} | {} | {:+.1f} | {:.3f} to {:.3f}{} | {} | {} | {} | {} | {} |\n", row.name(),
                     row.published_ms, shown(c.held_out[i]), 100 * (c.held_out[i] / row.published_ms - 1),
                     predicted.low_ms, predicted.high_ms, predicted.holds(row.published_ms) ? "" : " (outside)",
                     shown(c.in_sample[i]), milliseconds(c.vendor[i]), milliseconds(c.roofline[i]),
                     milliseconds(c.linear[i]), note);
}

std::string mechanisms(const CalibratedChip& chip) {
  const Calibration& calibration = chip.calibration;
  std::string text = fmt::format(
      "\nWhat is fitted. Left out with their networks, mechanisms chosen anew each time, scored rows are {:.1f} % off "
      "on "
      "the fit's linearisation; \"without\" is the same where this one may not be chosen.\n\n"
      "| parameter | value | chosen without one network | 90 % range by bootstrap over networks | without one network "
      "| mean change of ln(time) per ln(value) | MAPE without, % |\n|---|---|---|---|---|---|---|\n",
      calibration.linear_mape);
  for (const auto& p : calibration.parameters)
    text += fmt::format("| `{}` | {:.4g} | {} | {:.3g} to {:.3g} | {:.3g} to {:.3g} | {:.3f} | {} |\n", p.key, p.value,
                        p.is_optional ? fmt::format("{} of {}", p.folds_chosen, calibration.folds) : "always", p.low,
                        p.high, p.lowest, p.highest, p.sensitivity,
                        p.is_optional ? fmt::format("{:.1f}", p.mape_without) : "-");
  return text;
}

/// "5.41, 6.3 (12)": the shortest, the median, and how many were published.
std::string stages(const PublishedRow& row) {
  if (row.stages_ms.empty()) return "-";
  return fmt::format("{:g}, {:g} ({})", row.stages_ms.front(), quantile(row.stages_ms, 0.5), row.stages_ms.size());
}

std::string publications(const CalibratedChip& chip) {
  std::string text;
  for (const auto& row : chip.rows) {
    if (row.publications.size() < 2 && row.fastest_ms == row.published_ms && row.stages_ms.empty()) continue;
    std::vector<std::string> list;
    for (const auto& p : row.publications)
      list.push_back(fmt::format("{:g} ({}{}{})", p.ms, p.compiler, p.date.empty() ? "" : " ", p.date));
    text += fmt::format("| {} | {:.3f} | {:.3f} | {:.3f} | {} | {} |\n", row.name(), row.published_ms,
                        row.comparable_ms, row.fastest_ms, stages(row), fmt::join(list, ", "));
  }
  if (text.empty()) return text;
  return "\nWhat was published of a program, ms per run. \"Comparable\": the fastest of the network by the line of "
         "compilers that made the program at hand, to which the fit goes. \"Fastest\": of the network or of a twin, by "
         "whatever compiler, or of as many runs for fewer images as the batch takes; a row that is slower by " +
         fmt::format("{:.0f} %", 100 * (kOutpacedRatio - 1)) +
         " was another program's. \"Stage\": inference in the vendor's sample programs, shortest and median (how many "
         "were published), launch and all that the host does within that stage included; no rule looks at it.\n\n"
         "| program | in the table | comparable | fastest | stage | all of the network |\n|---|---|---|---|---|---|\n" +
         text;
}

std::string chip_section(const CalibratedChip& chip) {
  const Columns c = columns(chip);
  std::string text =
      fmt::format("\n## {}\n\n{}{}{}", chip.calibration.chip.name, summary(chip, c), ranks(chip, c), mechanisms(chip));
  constexpr const char* kHead =
      "| program | published ms | bmemu ms, network held out | error % | 90 % interval | bmemu ms, in sample "
      "| vendor's estimate ms | roofline ms | linear model ms | note |\n|---|---|---|---|---|---|---|---|---|---|\n";
  std::string scored, apart;
  for (std::size_t i = 0; i < chip.rows.size(); ++i)
    (chip.rows[i].is_scored() ? scored : apart) += row_line(chip, c, i);
  if (!scored.empty())
    text += fmt::format(
        "\n{} of {} scored times lie in their 90 % interval, which is made of the errors of other networks.\n\n{}{}",
        count_inside(chip, is_scored), errors(chip, c.held_out, is_scored).size(), kHead, scored);
  if (!apart.empty())
    text += fmt::format(
        "\nShown apart, neither fitted nor scored: another program than the one at hand was published, for the reason "
        "in "
        "the last column.\n\n{}{}",
        kHead, apart);
  return text + publications(chip);
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

std::string made_from(const SourceTables& tables, const std::vector<std::string>& weights) {
  const auto print = [](const std::string& path) { return path.empty() ? "none" : print_of(path); };
  return fmt::format("{}; publications: {}; stages: {}; weights: {}", print(tables.rows), print(tables.publications),
                     print(tables.stages), weights.empty() ? "none" : fmt::format("{}", fmt::join(weights, ", ")));
}

std::string expectations(const std::vector<CalibratedChip>& chips) {
  std::string text =
      "| chip | rows | networks | n | MAPE % | median % | p90 % | bias % | in their 90 % interval |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  std::vector<double> both;
  std::size_t inside_both = 0;
  const auto line = [&](const std::string& chip, const std::string& title, const std::string& networks,
                        const std::vector<double>& errors, std::size_t inside) {
    const ErrorStatistics s = statistics(errors);
    text += fmt::format("| {} | {} | {} | {} | {:.1f} | {:.1f} | {:.1f} | {:+.1f} | {:.0f} % ({} of {}) |\n", chip,
                        title, networks, s.count, s.mape, s.median, s.p90, s.bias,
                        100 * double(inside) / double(s.count), inside, s.count);
  };
  auto all_groups = groups();
  for (auto& family : families()) all_groups.push_back(std::move(family));
  for (const auto& chip : chips) {
    const Columns c = columns(chip);
    for (const auto& group : all_groups) {
      const auto found = errors(chip, c.held_out, group.choice);
      if (found.empty()) continue;
      line(chip.calibration.chip.name, group.title, fmt::format("{}", count_networks(chip, group.choice)), found,
           count_inside(chip, group.choice));
    }
    const auto scored = errors(chip, c.held_out, is_scored);
    both.insert(both.end(), scored.begin(), scored.end());
    inside_both += count_inside(chip, is_scored);
  }
  if (chips.size() > 1 && !both.empty()) line("both", "all", "", both, inside_both);
  return text;
}

std::string accuracy_page(const std::vector<CalibratedChip>& chips, const std::string& source,
                          const std::string& more) {
  std::string text = fmt::format(
      R"(# Accuracy

Generated by `bmemu calibrate`; do not edit. Made from: {}.

## What error to expect of your network

Every network was left out in turn: mechanisms were chosen and fitted without any program of it or its variants, then its programs were emulated. Errors are predicted over published, minus one; times are of one run, all images of the batch, as the vendor publishes them (bmrt_test).

{}
Rows count when they say something of the program at hand: a convolutional network, published in one precision, with the compiler's line that made the program, not outpaced by another publication, and not faster than the program at hand can be (its commands at their ideal cost, DDR at its peak, nothing added). None of these rules looks at a prediction. The other rows are shown apart, with the reason. Transformers: [silicon/transformers.md](silicon/transformers.md). How rows, mechanisms and intervals are chosen: [silicon/fit.md](silicon/fit.md). What is unsure in these figures: [silicon.md](silicon.md#what-the-figures-do-not-know).

Beside the predictions, on the same rows: the vendor compiler's own estimate (BM1684X only); the roofline (the longer of multiply-accumulates at the peak of their type and bytes of all transfers at the peak of DDR); a linear model of four numbers per chip and type (multiply-accumulates at the peak, bytes of transfers, one, results of all other TIU commands; none negative), fitted to relative errors without the network or its variants, transformers weighed at 0.05 and outpaced rows at 0.3.
)",
      source, expectations(chips));
  for (const auto& chip : chips) text += chip_section(chip);
  return folded_markdown(text + ratio_section(chips) + more);
}

}  // namespace bmemu::harness
