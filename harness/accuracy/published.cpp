// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

/// Cells of one line; quotes may hold commas, doubled quotes stand for one.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      row.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c != '\r') {
      row.back() += c;
    }
  }
  return row;
}

class Table {
 public:
  explicit Table(const std::string& path) : path_(path), file_(path) {
    if (!file_) throw Error({"E-FILE-OPEN", path, "cannot be opened", "a table of published times (CSV)", ""});
    std::string line;
    std::getline(file_, line);
    const auto titles = cells(line);
    for (std::size_t i = 0; i < titles.size(); ++i) columns_[titles[i]] = i;
  }
  bool next() {
    std::string line;
    ++line_;
    if (!std::getline(file_, line)) return false;
    row_ = cells(line);
    return true;
  }
  std::string optional(const std::string& column) const {
    const auto at = columns_.find(column);
    return at == columns_.end() || at->second >= row_.size() ? std::string() : row_[at->second];
  }
  std::string text(const std::string& column) const {
    if (columns_.count(column) == 0)
      throw Error({"E-ACCURACY-TABLE", path_, "no column " + column, "a column of this name", "column missing"});
    return optional(column);
  }
  double number(const std::string& column, const std::string& cell) const {
    if (cell.empty()) return 0;
    std::size_t used = 0;
    double value = 0;
    try {
      value = std::stod(cell, &used);
    } catch (const std::exception&) {
      used = 0;
    }
    if (used != cell.size() || !(value >= 0))
      throw Error({"E-ACCURACY-TABLE", fmt::format("{} row {} column {}", path_, line_, column), cell,
                   "a number that is not negative, or nothing", "not a number"});
    return value;
  }
  double number(const std::string& column) const { return number(column, text(column)); }

 private:
  std::string path_;
  std::ifstream file_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::string> row_;
  int line_ = 1;
};

}  // namespace

std::string PublishedRow::fold() const { return network.substr(0, network.find_first_of("-_", 1)); }

std::string PublishedRow::name() const { return fmt::format("{} {} {}b", network, type, batch); }

std::vector<PublishedRow> read_published(const std::string& path) {
  Table table(path);
  std::vector<PublishedRow> rows;
  while (table.next()) {
    PublishedRow row;
    row.file = table.text("file");
    row.network = table.text("model");
    row.chip = table.text("chip");
    row.type = table.text("dtype");
    row.batch = std::max(1, static_cast<int>(table.number("batch")));
    row.published_ms = table.number("published_ms_per_image") * row.batch;
    const std::string estimate = "vendor_estimate_ms_per_image";
    row.estimate_ms = table.number(estimate, table.optional(estimate)) * row.batch;
    row.is_mixed = table.optional("int8_published") == "mixed";
    row.other_compiler = table.optional("notes").find("TPU-NNTC") != std::string::npos;
    if (row.published_ms > 0) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace bmemu::harness
