// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// docs/diagnostics.md explains every id that the sources can throw, and no other, in alphabetical order.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "real_programs.h"
#include "tests/folders.h"

namespace bmemu::isa {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> result;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    result.push_back((*match)[1]);
  return result;
}

TEST(Diagnostics, EveryIdHasAParagraphAndEveryParagraphAnId) {
  const std::string root = tests::source_dir();
  const std::regex quoted("\"(E-[A-Z0-9-]+)\"");
  std::set<std::string> thrown;
  for (const char* folder : {"/isa", "/memory", "/emulator", "/kernels", "/runtime", "/harness"})
    for (const char* suffix : {".cpp", ".h"})
      for (const std::string& path : test::files_below(root + folder, suffix))
        for (const std::string& id : matches(text_of(path), quoted)) thrown.insert(id);
  ASSERT_GT(thrown.size(), 20U);
  const auto explained = matches(text_of(root + "/docs/diagnostics.md"), std::regex("(?:^|\n)## (E-[A-Z0-9-]+)(?=\n)"));
  EXPECT_EQ(explained, std::vector<std::string>(thrown.begin(), thrown.end())) << "in alphabetical order, each once";
}

}  // namespace
}  // namespace bmemu::isa
