// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/published/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "harness/output/csv_table.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

CsvTable open_table(const std::string& path, std::string_view built_in, const char* what) {
  if (!path.empty()) return {path, what};
  for (const auto& text : published_texts())
    if (text.file == built_in)
      return {std::make_unique<std::istringstream>(std::string(text.text)), std::string(built_in)};
  check_failed("a published table is compiled in", __FILE__, __LINE__, std::string(built_in));
}

/// A number and nothing else; a range, a bound or nothing is none.
std::optional<double> number(const std::string& cell) {
  if (cell.empty()) return {};
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  while (*end == '%' || *end == ' ') ++end;
  if (*end != '\0' || end == cell.c_str()) return {};
  return value;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// The date of "first=b832b8f5@2024-03-21".
std::string date(const Publication& row, std::string_view key) {
  const auto value = row.noted(key).value_or("");
  const auto at = value.find('@');
  return at == std::string::npos ? std::string() : value.substr(at + 1);
}

std::string chip_of(const std::string& cell) {
  const std::string name = lower(cell);
  return name == "bm1684" || name == "bm1684x" ? name : std::string();
}

/// Everything but the figures. False: a row of another chip.
bool read_publication(const CsvTable& table, Publication& row) {
  row.chip = chip_of(table.text("chip"));
  if (row.chip.empty()) return false;
  row.repository = table.optional("repo");
  row.path = table.text("path");
  row.commit = table.optional("commit_or_tag").substr(0, 12);
  const auto begin = row.path.find('/') + 1;
  row.sample = begin == 0 ? row.path : row.path.substr(begin, row.path.find('/', begin) - begin);
  row.program = table.optional("program");
  row.model = table.optional("model");
  row.bmodel = table.text("bmodel_file");
  row.bmodel = row.bmodel.substr(0, row.bmodel.find(" (implied"));
  row.batch = std::max(1, static_cast<int>(number(table.text("batch")).value_or(1)));
  row.type = table.text("dtype");
  row.product = table.optional("product");
  row.note = table.optional("note");
  row.line = table.line();
  row.period = {date(row, "first"), date(row, "last"), row.note.find("current") != std::string::npos};
  return true;
}

/// Days since some day, in months of 31 days: enough to compare spans.
int day_number(const std::string& text) {
  if (text.size() < 10) return 0;
  return (std::atoi(text.c_str()) * 12 + std::atoi(text.c_str() + 5)) * 31 + std::atoi(text.c_str() + 8);
}

}  // namespace

int overlap_days(const Period& a, const Period& b) {
  if (a.first.empty() || b.first.empty()) return 0;
  return day_number(std::min(a.last, b.last)) - day_number(std::max(a.first, b.first));
}

std::string Publication::source() const { return fmt::format("{} {} @{}", repository, path, commit); }

std::optional<std::string> Publication::noted(std::string_view key) const {
  const std::string text = lower(note);
  const std::string wanted = lower(key) + "=";
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    if (at != 0 && text[at - 1] != ';' && text[at - 1] != ' ') continue;
    const auto begin = at + wanted.size();
    return note.substr(begin, note.find(';', begin) - begin);
  }
  return {};
}

std::vector<StageRow> read_stages(const std::string& path) {
  CsvTable table = open_table(path, "stages.csv", "a table of published stage times (CSV)");
  std::vector<StageRow> rows;
  while (table.next()) {
    StageRow row;
    if (!read_publication(table, row)) continue;
    row.decode_ms = number(table.text("decode_ms"));
    row.preprocess_ms = number(table.text("preprocess_ms"));
    row.inference_ms = number(table.text("inference_ms"));
    row.postprocess_ms = number(table.text("postprocess_ms"));
    if (row.inference_ms && *row.inference_ms > 0) rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<TimeRow> read_times(const std::string& path) {
  CsvTable table = open_table(path, "times.csv", "a table of published times (CSV)");
  std::vector<TimeRow> rows;
  while (table.next()) {
    TimeRow row;
    if (table.text("metric") != "bmrt_test_ms" || !read_publication(table, row)) continue;
    row.input_shape = table.optional("input_shape");
    row.compiler = table.optional("compiler");
    row.ms = number(table.text("value_ms")).value_or(0);
    if (row.ms > 0) rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<ThroughputRow> read_throughput(const std::string& path) {
  CsvTable table = open_table(path, "throughput.csv", "a table of published throughput (CSV)");
  std::vector<ThroughputRow> rows;
  while (table.next()) {
    ThroughputRow row;
    row.metric = table.text("metric");
    const std::string metric = lower(row.metric);
    if (metric != "qps" && metric.find("fps") == std::string::npos) continue;
    if (!read_publication(table, row)) continue;
    row.stated = table.text("value");
    row.value = number(row.stated);
    row.tpu_percent = number(row.noted("TPU利用率(%)").value_or(""));
    row.cpu_percent = number(row.noted("CPU利用率(%)").value_or(""));
    row.channels = static_cast<int>(number(row.noted("路数").value_or("")).value_or(0));
    rows.push_back(std::move(row));
  }
  return rows;
}

const TimeRow* find_time(const StageRow& row, const std::vector<TimeRow>& times) {
  const TimeRow* best = nullptr;
  for (const auto& time : times) {
    if (time.sample != row.sample || time.bmodel != row.bmodel || time.chip != row.chip) continue;
    if (overlap_days(row.period, time.period) < 0) continue;
    if (best == nullptr || overlap_days(row.period, time.period) > overlap_days(row.period, best->period)) best = &time;
  }
  return best;
}

}  // namespace bmemu::harness
