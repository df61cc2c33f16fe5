// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/text_table.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <sstream>

#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kGap = 2;          ///< blanks between columns
constexpr std::size_t kBelow = 4;        ///< indent of what stands below its row
constexpr std::size_t kRoomToRead = 40;  ///< columns in which text is folded

std::string trimmed(std::string line) { return line.erase(line.find_last_not_of(' ') + 1); }

/// Its lines: whole if it is no wider than the cells below it, else a word each.
std::vector<std::string> title_lines(const std::string& title, std::size_t cells) {
  if (title.size() <= cells) return {title};
  std::istringstream in(title);
  return {std::istream_iterator<std::string>(in), {}};
}

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

std::size_t TextTable::line_width() const {
  const std::vector<std::size_t> widths = this->widths();
  return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
}

void TextTable::fit(std::size_t column, std::size_t width) {
  const std::size_t line = line_width();
  if (width == 0 || line <= width) return;
  const std::size_t least = columns_[column].title.size();
  const std::size_t widest = widths()[column];
  const std::size_t kept = std::max(least, widest - std::min(widest, line - width));
  for (auto& row : rows_) row[column] = shortened(row[column], kept);
}

/// The first cells, each as wide as its column, two blanks between them.
std::string TextTable::aligned(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string blanks(widths[i] - row[i].size(), ' ');
    if (i > 0) line.append(kGap, ' ');
    line += columns_[i].align == Align::kRight ? blanks + row[i] : row[i] + blanks;
  }
  return line;
}

std::string TextTable::text(const std::string& indent) const {
  const std::vector<std::size_t> widths = this->widths();
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  const bool has_titles =
      std::any_of(titles.begin(), titles.end(), [](const std::string& title) { return !title.empty(); });
  std::string result;
  const auto append = [&](const std::vector<std::string>& row) {
    result += trimmed(indent + aligned(row, widths)) + "\n";
  };
  if (has_titles) append(titles);
  for (const auto& row : rows_) append(row);
  return result;
}

std::string TextTable::text_within(std::size_t width, const std::string& indent) const {
  if (width == 0 || indent.size() + line_width() <= width) return text(indent);
  std::vector<std::size_t> widths;  // of the columns that stand beside each other
  std::vector<std::vector<std::string>> titles;
  std::size_t used = indent.size();
  std::size_t lines = 0;  // of titles
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = 0;
    for (const auto& row : rows_) widest = std::max(widest, row[i].size());
    const std::vector<std::string> title = title_lines(columns_[i].title, widest);
    for (const auto& word : title) widest = std::max(widest, word.size());
    if (i > 0 && used + kGap + widest > width) break;
    used += (i > 0 ? kGap : 0) + widest;
    widths.push_back(widest);
    titles.push_back(title);
    lines = std::max(lines, title.size());
  }
  const bool is_in_place = widths.size() + 1 == columns_.size() && used + kGap + kRoomToRead <= width;
  const std::size_t place = is_in_place ? used + kGap : indent.size() + kBelow;

  std::string result;
  const auto append = [&](const std::vector<std::string>& row) {
    const std::string head = indent + aligned(row, widths);
    std::string tail;
    for (std::size_t i = widths.size(); i < row.size(); ++i)
      if (!row[i].empty()) tail += (tail.empty() ? "" : " | ") + row[i];
    const std::string below = folded(std::string(place, ' ') + tail, width);
    result += trimmed(is_in_place ? head + below.substr(head.size()) : head) + "\n";
    if (!is_in_place && !tail.empty()) result += below + "\n";
  };
  for (std::size_t line = 0; line < lines; ++line) {
    std::vector<std::string> row;  // titles stand on their column: the last line has the last word of each
    row.reserve(columns_.size());
    for (const auto& title : titles)
      row.push_back(line + title.size() < lines ? "" : title[line + title.size() - lines]);
    for (std::size_t i = row.size(); i < columns_.size(); ++i) row.push_back(line + 1 < lines ? "" : columns_[i].title);
    append(row);
  }
  for (const auto& row : rows_) append(row);
  return result;
}

}  // namespace bmemu::harness
