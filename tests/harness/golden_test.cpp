// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reports, compared as text with files of tests/harness/golden; tests/harness/update_golden.sh writes them anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "harness/report/run_text.h"
#include "harness/report/saved/result_json.h"
#include "harness/report/trace/trace.h"
#include "tests/folders.h"
#include "tests/harness/fake_run.h"

namespace bmemu::harness {
namespace {

/// The first lines that differ: the texts themselves are too long for a message.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream left(a);
  std::istringstream right(b);
  std::string x;
  std::string y;
  for (int line = 1;; ++line) {
    const bool has_x = static_cast<bool>(std::getline(left, x));
    const bool has_y = static_cast<bool>(std::getline(right, y));
    if (!has_x && !has_y) return "";
    if (x != y || has_x != has_y)
      return "line " + std::to_string(line) + " is\n  " + (has_x ? x : "(end)") + "\ninstead of\n  " +
             (has_y ? y : "(end)");
  }
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = tests::source_dir() + "/tests/harness/golden/" + name;
  if (std::getenv("BMEMU_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(first_difference(text, expected.str()), "") << "if the change is meant: tests/harness/update_golden.sh";
}

class Golden : public ::testing::Test {
 protected:
  Golden() { FakeRun(1000).tell(measurement_.listeners()); }
  Measurement measurement_;
};

TEST_F(Golden, ReportOfARun) { expect_golden("fake_run.txt", run_text(measurement_.result())); }

TEST_F(Golden, ResultOfARun) {
  auto json = result_json(measurement_.result());
  json["bmemu"] = "any version";
  json["chip_description"] = "see the tests of chips";
  expect_golden("fake_run.json", json.dump(2) + "\n");
}

TEST_F(Golden, ChromeTraceOfARun) {
  std::ostringstream out;
  write_chrome_trace(measurement_.result(), measurement_.log(), out);
  expect_golden("fake_run_trace.json", out.str());
}

}  // namespace
}  // namespace bmemu::harness
