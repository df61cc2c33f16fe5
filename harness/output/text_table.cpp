// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/text_table.h"

#include <algorithm>

#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kGap = 2;  ///< blanks between columns

}  // namespace

void TextTable::add(std::vector<std::string> row) {
  BMEMU_CHECK(row.size() == columns_.size(), "a row has another number of cells than the table has columns");
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_[i].title.size();
    for (const auto& row : rows_) width = std::max(width, row[i].size());
    all.push_back(width);
  }
  return all;
}

void TextTable::fit(std::size_t column, std::size_t width) {
  const std::vector<std::size_t> widths = this->widths();
  std::size_t line = kGap * (widths.size() - 1);
  for (const std::size_t cells : widths) line += cells;
  if (width == 0 || line <= width) return;
  const std::size_t least = columns_[column].title.size();
  const std::size_t kept = std::max(least, widths[column] - std::min(widths[column], line - width));
  for (auto& row : rows_) row[column] = shortened(row[column], kept);
}

std::string TextTable::text(const std::string& indent) const {
  const std::vector<std::size_t> widths = this->widths();
  const bool has_titles =
      std::any_of(columns_.begin(), columns_.end(), [](const Column& column) { return !column.title.empty(); });
  std::string result;
  const auto append = [&](const auto& cell_of) {
    std::string line = indent;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string blanks(widths[i] - cell.size(), ' ');
      if (i > 0) line.append(kGap, ' ');
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
