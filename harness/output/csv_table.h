// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reads a table (CSV with a line of titles) row by row; columns are found by name.
#pragma once

#include <istream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bmemu::harness {

/// Quotes may hold commas; doubled quotes in quotes stand for one. Cells do not hold line ends.
class CsvTable {
 public:
  /// `what`: for the message. Errors: E-FILE-OPEN.
  CsvTable(const std::string& path, const std::string& what);
  /// A table in memory; `name` stands for its path in messages.
  CsvTable(std::unique_ptr<std::istream> text, const std::string& name);

  const std::vector<std::string>& titles() const { return titles_; }  ///< as in the file
  bool next();
  /// Empty when there is no such column or cell.
  std::string optional(const std::string& column) const;
  /// Errors: E-ACCURACY-TABLE (no such column).
  std::string text(const std::string& column) const;
  /// The cell of a column as a number that is not negative; 0 when it is empty. `number` needs the column.
  /// Errors: E-ACCURACY-TABLE.
  double number(const std::string& column) const { return parse(column, text(column)); }
  double optional_number(const std::string& column) const { return parse(column, optional(column)); }
  /// Of the row at hand; the titles are line 1.
  int line() const { return line_; }

 private:
  double parse(const std::string& column, const std::string& cell) const;

  std::string path_;
  std::unique_ptr<std::istream> file_;
  std::vector<std::string> titles_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::string> row_;
  int line_ = 1;
};

}  // namespace bmemu::harness
