// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// ONNX node tests on both chips: a tenth of Debian's in every run of the suite. With BMEMU_ONNX_SUITES
// ("NAME=FOLDER;NAME=FOLDER") and BMEMU_OPERATORS_PAGE (a path) all of them, into the page docs/operators.md.
#include "tests/compile/conformance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/onnx/node_cases.h"

namespace bmemu::tests {
namespace {

constexpr const char* kDebian = "/usr/share/libonnx-testdata/data/node";

TEST(OnnxConformance, ATenthOfTheNodeTestsPassesOnBothChips) {
  if (!std::filesystem::is_directory(kDebian)) GTEST_SKIP() << "no ONNX test data in " << kDebian;
  const auto names = node_case_names(kDebian);
  int passed = 0;
  for (std::size_t i = 0; i < names.size(); i += 10)
    for (const char* chip : {"bm1684", "bm1684x"}) {
      const Verdict verdict = judge_case(kDebian, names[i], chip);
      EXPECT_NE(verdict.outcome, Outcome::kFailed) << names[i] << " on " << chip << ": " << verdict.reason;
      passed += verdict.outcome == Outcome::kPassed ? 1 : 0;
    }
  EXPECT_GT(passed, 60);
}

TEST(OnnxConformance, ThePageIsWrittenWhereAskedFor) {
  const char* suites = std::getenv("BMEMU_ONNX_SUITES");
  const char* page = std::getenv("BMEMU_OPERATORS_PAGE");
  if (suites == nullptr || page == nullptr) GTEST_SKIP() << "BMEMU_ONNX_SUITES and BMEMU_OPERATORS_PAGE are not set";
  std::vector<Suite> list;
  std::stringstream text(suites);
  for (std::string suite; std::getline(text, suite, ';');) {
    const auto equals = suite.find('=');
    ASSERT_NE(equals, std::string::npos) << suite;
    list.push_back({suite.substr(0, equals), suite.substr(equals + 1)});
  }
  const std::string written = operators_page(list);
  std::ofstream(page) << written;
  EXPECT_EQ(written.find("## Tests that fail"), std::string::npos);
}

}  // namespace
}  // namespace bmemu::tests
