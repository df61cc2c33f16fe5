// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// docs/diagnostics.md explains every id that the sources can throw, and no other.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "real_programs.h"
#include "tests/folders.h"

namespace bmemu::isa {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> result;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    result.insert((*match)[1]);
  return result;
}

TEST(Diagnostics, EveryIdHasAParagraphAndEveryParagraphAnId) {
  const std::string root = tests::source_dir();
  const std::regex quoted("\"(E-[A-Z0-9-]+)\"");
  std::set<std::string> thrown;
  for (const char* folder : {"/isa", "/memory", "/emulator", "/kernels", "/runtime", "/harness"})
    for (const char* suffix : {".cpp", ".h"})
      for (const std::string& path : test::files_below(root + folder, suffix))
        thrown.merge(matches(text_of(path), quoted));
  ASSERT_GT(thrown.size(), 20U);
  EXPECT_EQ(matches(text_of(root + "/docs/diagnostics.md"), std::regex("(?:^|\n)## (E-[A-Z0-9-]+)(?=\n)")), thrown);
}

}  // namespace
}  // namespace bmemu::isa
