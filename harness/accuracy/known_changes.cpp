// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/known_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "harness/accuracy/fit/predictor.h"
#include "harness/output/csv_table.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

constexpr double kEqual = 0.002;

/// On the chip of its family; 0 for a program without commands, or without such a chip.
double time_of(const fs::path& path, const std::vector<isa::ChipSpec>& chips) {
  try {
    const auto program = LoadedProgram::open_commands(path.string());
    const auto chip =
        std::find_if(chips.begin(), chips.end(), [&](const auto& c) { return c.family == program->with({}).family; });
    return chip == chips.end() ? 0 : time_ms(program, *chip);
  } catch (const Error& error) {
    if (error.id() == "E-BMODEL-DYNAMIC") return 0;
    throw;
  }
}

/// `chips` as the arguments of `bmemu run` in a cell of the table change them. A product brings its own clocks and
/// memory; what silicon adds stays what was fitted.
std::vector<isa::ChipSpec> with_arguments(std::vector<isa::ChipSpec> chips, const CsvTable& table,
                                          const std::string& column) {
  const std::string cell = table.optional(column);
  std::istringstream words(cell);
  for (std::string option, product; words >> option;) {
    if (option != "--product" || !(words >> product))
      throw Error({"E-ACCURACY-TABLE", column, cell, "--product NAME", "an argument that pairs do not know"});
    const isa::ChipSpec changed = isa::load_chip("", product);
    for (auto& chip : chips) {
      if (chip.family != changed.family) continue;
      isa::ChipSpec fitted = changed;
      fitted.silicon = chip.silicon;
      fitted.launch = chip.launch;
      chip = std::move(fitted);
    }
  }
  return chips;
}

double squares(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return sum;
}

/// Root mean square of logarithms of ratios, in per cent.
double rms(const std::vector<double>& logs) { return 100 * std::sqrt(squares(logs) / double(logs.size())); }

}  // namespace

bool KnownChange::is_right() const {
  if (expected == "equal") return std::abs(ratio - 1) <= kEqual;
  return expected == "faster" ? ratio < 1 - kEqual : ratio > 1 + kEqual;
}

std::vector<KnownChange> known_changes(const std::string& path, const std::vector<isa::ChipSpec>& chips) {
  CsvTable table(path, "a table of pairs of programs (CSV)");
  const fs::path folder = fs::path(path).parent_path();
  std::vector<KnownChange> changes;
  while (table.next()) {
    KnownChange c;
    c.name = table.text("pair");
    c.chip = table.text("chip");
    c.type = table.text("dtype");
    c.network = table.text("network");
    c.change = table.text("change_class");
    c.compiler_a = table.text("compiler_a");
    c.compiler_b = table.text("compiler_b");
    c.expected = table.text("expected");
    const double vendor_a = table.number("vendor_estimate_a_ms");
    if (vendor_a > 0) c.vendor_ratio = table.number("vendor_estimate_b_ms") / vendor_a;
    const double a = time_of(folder / table.text("file_a"), with_arguments(chips, table, "run_args_a"));
    const double b = time_of(folder / table.text("file_b"), with_arguments(chips, table, "run_args_b"));
    const bool per_frame = c.expected == "slower_per_frame";
    if (a > 0) c.ratio = b / a * (per_frame ? table.number("batch_a") / table.number("batch_b") : 1);
    changes.push_back(std::move(c));
  }
  return changes;
}

std::vector<OtherCompiler> other_compilers(const CalibratedChip& chip, const std::string& folder) {
  constexpr const char* kSuffix = ".bmodel.zst";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<OtherCompiler> result;
  for (std::size_t i = 0; i < chip.rows.size(); ++i) {
    const auto& row = chip.rows[i];
    const std::string start = row.file.substr(0, row.file.find(kSuffix)) + "_c";
    for (const auto& file : files) {
      const std::string name = file.filename().string();
      if (name.rfind(start, 0) != 0 || name.find(kSuffix) == std::string::npos) continue;
      result.push_back({row.name(), row.published_ms, chip.calibration.rows[i].in_sample_ms,
                        time_of(file, {chip.calibration.chip})});
    }
  }
  return result;
}

std::string known_changes_section(const std::vector<KnownChange>& changes) {
  if (changes.empty()) return "";
  int with_verdict = 0, right = 0;
  std::string table;
  std::vector<std::string> by_compiler;
  for (const auto& c : changes) {
    if (c.compiler_a != c.compiler_b && c.ratio > 0)
      by_compiler.push_back(fmt::format("{} {:+.1f} %", c.name, 100 * (c.ratio - 1)));
    with_verdict += c.has_verdict() ? 1 : 0;
    right += c.has_verdict() && c.is_right() ? 1 : 0;
    const std::string compilers = c.compiler_a == c.compiler_b ? c.compiler_a : c.compiler_a + " to " + c.compiler_b;
    table +=
        fmt::format("| {} | {} | {} {} {} | {} | {} | {} | {} | {} |\n", c.name, c.change, c.network, c.chip, c.type,
                    compilers, c.expected, c.vendor_ratio > 0 ? fmt::format("{:.3f}", c.vendor_ratio) : "-",
                    c.ratio > 0 ? fmt::format("{:.3f}", c.ratio) : "-",
                    !c.has_verdict() ? "-"
                    : c.is_right()   ? "yes"
                                     : "no");
  }
  return fmt::format(
      R"(
## Known changes

Pairs of programs that differ in one known thing. Ratios are times of the second program over the first, per run (per image where that is expected); 2 per mille and less is equal. bmemu moves as expected in {} of {}. Pairs that differ in the version of the compiler alone: {}.

| pair | change | program | compiler | expected | vendor's estimate | bmemu | right |
|---|---|---|---|---|---|---|---|
{})",
      right, with_verdict, by_compiler.empty() ? "none" : fmt::format("{}", fmt::join(by_compiler, ", ")), table);
}

std::string other_compilers_section(const std::vector<OtherCompiler>& programs) {
  if (programs.empty()) return "";
  std::vector<double> here, other, change;
  std::string table;
  for (const auto& p : programs) {
    here.push_back(std::log(p.published_ms / p.here_ms));
    other.push_back(std::log(p.published_ms / p.other_ms));
    change.push_back(std::log(p.other_ms / p.here_ms));
    table += fmt::format("| {} | {:.3f} | {:.3f} | {:+.1f} | {:.3f} | {:+.1f} |\n", p.name, p.published_ms, p.here_ms,
                         100 * (p.here_ms / p.published_ms - 1), p.other_ms, 100 * (p.other_ms / p.published_ms - 1));
  }
  return fmt::format(
      R"(
## What other versions of the compiler explain

The same networks by the compiler at hand and by an older one, both emulated with the parameters that were fitted on the former. Root mean squares of logarithms: published over emulated {:.1f} % with the programs at hand, {:.1f} % with the older ones; older over present {:.1f} %. The older programs explain {:.0f} % of the squared residual (negative: they add to it); differences between versions as large as this one could be at most {:.0f} % of it.

| program | published ms | bmemu ms, in sample | error % | older compiler: bmemu ms | error % |
|---|---|---|---|---|---|
{})",
      rms(here), rms(other), rms(change), 100 * (1 - squares(other) / squares(here)),
      100 * std::min(1.0, squares(change) / squares(here)), table);
}

}  // namespace bmemu::harness
