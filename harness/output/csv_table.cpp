// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/csv_table.h"

#include <fmt/format.h>

#include <exception>
#include <fstream>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

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

std::unique_ptr<std::istream> open(const std::string& path, const std::string& what) {
  auto file = std::make_unique<std::ifstream>(path);
  if (!*file) throw Error({"E-FILE-OPEN", path, "cannot be opened", what, ""});
  return file;
}

}  // namespace

CsvTable::CsvTable(const std::string& path, const std::string& what) : CsvTable(open(path, what), path) {}

CsvTable::CsvTable(std::unique_ptr<std::istream> text, const std::string& name) : path_(name), file_(std::move(text)) {
  std::string line;
  std::getline(*file_, line);
  constexpr const char* kByteOrderMark = "\xef\xbb\xbf";  // spreadsheets write one
  if (line.rfind(kByteOrderMark, 0) == 0) line.erase(0, 3);
  titles_ = cells(line);
  for (std::size_t i = 0; i < titles_.size(); ++i) columns_[titles_[i]] = i;
}

bool CsvTable::next() {
  std::string line;
  do {
    ++line_;
    if (!std::getline(*file_, line)) return false;
  } while (line.empty() || line == "\r");
  row_ = cells(line);
  return true;
}

std::string CsvTable::optional(const std::string& column) const {
  const auto at = columns_.find(column);
  return at == columns_.end() || at->second >= row_.size() ? std::string() : row_[at->second];
}

std::string CsvTable::text(const std::string& column) const {
  if (columns_.count(column) == 0)
    throw Error({"E-ACCURACY-TABLE", path_, "no column " + column, "a column of this name", "column missing"});
  return optional(column);
}

double CsvTable::parse(const std::string& column, const std::string& cell) const {
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

}  // namespace bmemu::harness
