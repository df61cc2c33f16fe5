// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reads a table (CSV with a line of titles) row by row; columns are found by name.
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace bmemu::harness {

/// Quotes may hold commas; doubled quotes in quotes stand for one. Cells do not hold line ends.
class CsvTable {
 public:
  /// `what`: for the message. Errors: E-FILE-OPEN.
  CsvTable(const std::string& path, const std::string& what);

  bool next();
  /// Empty when there is no such column or cell.
  std::string optional(const std::string& column) const;
  /// Errors: E-ACCURACY-TABLE (no such column).
  std::string text(const std::string& column) const;
  /// The cell of a column as a number that is not negative; 0 when it is empty. `number` needs the column.
  /// Errors: E-ACCURACY-TABLE.
  double number(const std::string& column) const { return parse(column, text(column)); }
  double optional_number(const std::string& column) const { return parse(column, optional(column)); }

 private:
  double parse(const std::string& column, const std::string& cell) const;

  std::string path_;
  std::ifstream file_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::string> row_;
  int line_ = 1;
};

}  // namespace bmemu::harness
