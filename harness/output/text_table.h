// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Columns of text for people.
#pragma once

#include <string>
#include <vector>

namespace bmemu::harness {

enum class Align : unsigned char { kLeft, kRight };

/// Contract: every row has as many cells as there are columns; the text has no trailing blanks.
class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> row);
  /// Cells of `column` lose their middle where lines would be longer than `width`; a width of 0 shortens nothing.
  void fit(std::size_t column, std::size_t width);
  /// Lines that start with `indent`; a header line unless all titles are empty.
  std::string text(const std::string& indent = "") const;
  /// The same in lines of at most `width` columns: titles are broken at blanks, the last column is folded in its place
  /// where it has room, else the columns that do not fit stand below the row. A width of 0 folds nothing.
  std::string text_within(std::size_t width, const std::string& indent = "") const;

 private:
  std::vector<std::size_t> widths() const;
  std::size_t line_width() const;
  std::string aligned(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace bmemu::harness
