// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/text_table.h"

#include <algorithm>

#include "isa/error.h"

namespace bmemu::harness {

void TextTable::add(std::vector<std::string> row) {
  BMEMU_CHECK(row.size() == columns_.size(), "a row has another number of cells than the table has columns");
  rows_.push_back(std::move(row));
}

std::string TextTable::text(const std::string& indent) const {
  std::vector<std::size_t> widths;
  bool has_titles = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_[i].title.size();
    has_titles = has_titles || width > 0;
    for (const auto& row : rows_) width = std::max(width, row[i].size());
    widths.push_back(width);
  }
  std::string result;
  const auto append = [&](const auto& cell_of) {
    std::string line = indent;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string blanks(widths[i] - cell.size(), ' ');
      if (i > 0) line += "  ";
      line += columns_[i].align == Align::kRight ? blanks + cell : cell + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + "\n";
  };
  if (has_titles) append([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) append([&](std::size_t i) -> const std::string& { return row[i]; });
  return result;
}

}  // namespace bmemu::harness
