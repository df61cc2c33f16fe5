// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Text for people: numbers of things, and lines that fit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bmemu::harness {

/// "1 program", "2 programs".
std::string counted(std::uint64_t count, std::string_view thing);

/// Lines that are longer than `width` columns are broken at blanks; what follows starts below the line's own indent,
/// and `hang` columns behind it. A width of 0 breaks nothing; a word that is longer than a line stays whole.
std::string folded(std::string_view text, std::size_t width, std::size_t hang = 0);

/// Markdown with its prose folded; tables, headings and blocks of code stay as they are.
std::string folded_markdown(std::string_view text, std::size_t width = 120);

/// "/layer1/la...conv3/Conv": the ends of a name tell more than its middle. Texts of at most `width` bytes, and widths
/// below 8, shorten nothing.
std::string shortened(const std::string& text, std::size_t width);

/// A word as a shell takes it: quoted where it has to be.
std::string shell_word(const std::string& word);

}  // namespace bmemu::harness
