// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace bmemu::harness {
namespace {

/// Columns that UTF-8 text takes: one for each character.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The longest beginning of `line` that ends before a blank and takes at most `width` columns; at least a word.
std::size_t break_at(std::string_view line, std::size_t from, std::size_t width) {
  std::size_t best = std::string_view::npos;
  for (std::size_t at = line.find(' ', from); at != std::string_view::npos; at = line.find(' ', at + 1)) {
    if (columns(line.substr(0, at)) > width) return best == std::string_view::npos ? at : best;
    if (at + 1 < line.size()) best = at;
  }
  return best;
}

void fold_line(std::string_view line, std::size_t width, std::size_t hang, std::string& to) {
  std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  std::string rest(line);
  while (columns(rest) > width) {
    const std::size_t at = break_at(rest, indent, width);
    if (at == std::string::npos) break;
    to.append(rest, 0, rest.find_last_not_of(' ', at) + 1);
    to += '\n';
    const std::size_t next = std::min(rest.find_first_not_of(' ', at), rest.size());
    if (indent + hang < width) indent += hang;
    hang = 0;
    rest = std::string(indent, ' ') + rest.substr(next);
  }
  to += rest;
}

template <class Write>
std::string each_line(std::string_view text, const Write& write) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    write(text.substr(begin, end - begin), result);
    if (end < text.size()) result += '\n';
    begin = end + 1;
  }
  return result;
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view thing) {
  const std::string_view ending = count == 1 ? "" : thing.back() == 'h' ? "es" : "s";  // launches, branches
  return fmt::format("{} {}{}", count, thing, ending);
}

std::string folded(std::string_view text, std::size_t width, std::size_t hang) {
  if (width == 0) return std::string(text);
  return each_line(text, [&](std::string_view line, std::string& to) { fold_line(line, width, hang, to); });
}

std::string folded_markdown(std::string_view text, std::size_t width) {
  bool in_code = false;
  return each_line(text, [&](std::string_view line, std::string& to) {
    const std::string_view words = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    const bool is_fence = words.substr(0, 3) == "```";
    if (is_fence) in_code = !in_code;
    if (is_fence || in_code || (!words.empty() && std::string_view("|#<>").find(words[0]) != std::string_view::npos))
      to += line;
    else
      fold_line(line, width, words.substr(0, 2) == "- " || words.substr(0, 2) == "* " ? 2 : 0, to);
  });
}

std::string shortened(const std::string& text, std::size_t width) {
  if (text.size() <= width || width < 8) return text;
  const std::size_t tail = (width - 3) * 2 / 3;
  return text.substr(0, width - 3 - tail) + "..." + text.substr(text.size() - tail);
}

std::string shell_word(const std::string& word) {
  const bool is_plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_-./=:,+@%").find(char(c)) != std::string_view::npos;
  });
  if (is_plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace bmemu::harness
