// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>

#include "harness/experiment/analysis.h"
#include "harness/experiment/columns.h"
#include "harness/experiment/sweep_output.h"
#include "harness/measure/run_notes.h"
#include "harness/output/text_table.h"
#include "harness/output/words.h"
#include "harness/report/command_table.h"
#include "isa/chip/chip_changes.h"

namespace bmemu::harness {
namespace {

/// Parameters that a compiler would have chosen other slices for.
constexpr std::string_view kTiled[] = {"local_memory.lane_bytes", "local_memory.banks", "tiu.lanes", "tiu.eu_bytes",
                                       "tiu.cube_channel_bytes",  "tiu.cube_pixels"};

std::string status_text(const Sweep& sweep, std::size_t row) {
  return sweep.is_finished(row) ? std::string(status_of(sweep.results()[row])) : "not run";
}

/// Points of a range have up to 17 digits; the files have them all.
std::string readable(const std::string& setting) {
  if (setting.size() <= 8 || setting.find('.') == std::string::npos) return setting;
  double value = 0;
  const char* const end = setting.data() + setting.size();
  const auto read = std::from_chars(setting.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? fmt::format("{:.6g}", value) : setting;
}

std::vector<std::string> cells(const Sweep& sweep, std::size_t row) {
  const auto& result = sweep.results()[row];
  std::vector<std::string> list{fmt::format("{}", row + 1)};
  if (sweep.request().programs.size() > 1) list.push_back(sweep.rows()[row].program);
  for (const auto& setting : sweep.rows()[row].settings) list.push_back(readable(setting));
  if (!sweep.is_finished(row) || !result.error.empty()) {
    list.insert(list.end(), {status_text(sweep, row), "", "", "", ""});
    return list;
  }
  const auto& n = result.numbers;
  const bool has_interval = n.high_ms > 0 && result.outside.empty();
  list.push_back(fmt::format("{:.3f}", n.time_ms()));
  list.push_back(fmt::format("{:.3f}", n.per_image_ms()));
  list.push_back(has_interval ? fmt::format("{:.3f} to {:.3f}", n.low_ms, n.high_ms) : "n/a");
  list.push_back(fmt::format("{:.1f}", 100.0 * double(n.busy_ps[0]) / double(n.length_ps)));
  list.push_back(fmt::format("{:.1f}", 100.0 * double(n.busy_ps[1]) / double(n.length_ps)));
  return list;
}

}  // namespace

std::vector<std::string> sweep_premises(const Sweep& sweep) {
  std::vector<std::string> lines;
  const auto add = [&](std::string line) {
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
  };
  for (const auto& program : sweep.request().programs) {
    const isa::ChipSpec chip = sweep.request().base_chip("", "", program.family);
    if (const auto changed = isa::changed_from_text(chip); !changed.empty())
      add("Chip that points start from " + changed + ".");
    if (program.loaded == nullptr) continue;
    for (const auto& part : program.loaded->with({}).left_out)
      add(fmt::format("Left out of {}: {}.", program.name, left_out_text(part)));
  }
  return lines;
}

std::vector<std::string> sweep_limits(const Sweep& sweep) {
  std::vector<std::string> lines = sweep_premises(sweep);
  lines.insert(lines.end(), sweep.request().study.limits.begin(), sweep.request().study.limits.end());
  std::string tiled;
  for (const auto& key : sweep.request().design.keys)
    if (std::find(std::begin(kTiled), std::end(kTiled), key) != std::end(kTiled))
      tiled += (tiled.empty() ? "" : ", ") + key;
  const auto& programs = sweep.request().programs;
  const bool is_retiled =
      std::all_of(programs.begin(), programs.end(), [](const SweepProgram& program) { return program.is_retiled(); });
  if (is_retiled)
    lines.emplace_back(
        "Programs are compiled by bmemu's compiler anew for each chip; its programs take longer than the vendor's "
        "(docs/kernels.md), intervals were calibrated on the vendor's, and where a smaller chip comes out faster the "
        "compiler chose badly for the larger one.");
  else if (!tiled.empty())
    lines.push_back(
        fmt::format("A program is tiled for the chip that it was compiled for: with another {} a compiler would "
                    "have chosen other slices, and these times do not show that.",
                    tiled));
  return lines;
}

std::string sweep_text(const Sweep& sweep, std::size_t width) {
  std::vector<TextTable::Column> columns{{"point", Align::kRight}};
  if (sweep.request().programs.size() > 1) columns.push_back({"program"});
  for (const auto& key : sweep.request().design.keys) columns.push_back({key, Align::kRight});
  for (const char* title : {"ms", "ms/image", "90 % interval", "TIU busy %", "GDMA busy %"})
    columns.push_back({title, Align::kRight});
  TextTable table(columns);
  const std::size_t shown = std::min(sweep.size(), kShownRows);
  for (std::size_t row = 0; row < shown; ++row) table.add(cells(sweep, row));
  std::string text = table.text_within(width);
  if (shown < sweep.size())
    text += fmt::format("... and {} points more: --csv, --out and --report have all\n", sweep.size() - shown);
  text += "\nTimes are emulated, not measured.\n";
  for (const auto& line : findings(sweep)) text += line + "\n";
  for (const auto& line : sweep_limits(sweep)) text += line + "\n";
  return folded(text, width, 2);
}

void write_sweep_csv(const Sweep& sweep, std::ostream& out) {
  for (const auto& line : sweep_premises(sweep)) out << "# " << line << '\n';
  out << "number,program,network";
  for (const auto& key : sweep.request().design.keys) out << ',' << csv_cell(key);
  for (const auto& column : result_columns()) out << ',' << column.name;
  out << ",status,outside,error\n";
  for (std::size_t row = 0; row < sweep.size(); ++row) {
    const auto& result = sweep.results()[row];
    out << row + 1 << ',' << csv_cell(sweep.rows()[row].program) << ',' << csv_cell(sweep.rows()[row].network);
    for (const auto& setting : sweep.rows()[row].settings) out << ',' << csv_cell(setting);
    const bool ran = sweep.is_finished(row) && result.error.empty();
    for (const auto& column : result_columns()) {
      const auto value = ran ? column.read(result.numbers) : std::nullopt;
      out << ',';
      if (value) out << (column.is_integer ? fmt::format("{:.0f}", *value) : fmt::format("{}", *value));
    }
    out << ',' << status_text(sweep, row) << ',' << csv_cell(result.outside) << ',' << csv_cell(result.error) << '\n';
  }
}

}  // namespace bmemu::harness
