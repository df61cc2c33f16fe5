// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Causes are explained in one table, for reports and docs.
#include "harness/report/causes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "harness/commands/command.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

TEST(Causes, AreExplainedInTheDocsAsInReports) {
  std::ifstream file(tests::source_dir() + "/docs/results.md");
  const std::string docs{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t i = 0; i < emulator::kCauseCount; ++i) {
    const auto cause = static_cast<emulator::Cause>(i);
    const std::string row = fmt::format("| {} | {} | {} |", name(cause), text_of(cause).meaning, text_of(cause).remedy);
    EXPECT_NE(docs.find(row), std::string::npos) << row;
  }
}

TEST(Causes, TheVerdictNamesTheLargestOfTheCriticalPath) {
  const CliResult result = run({"run", tests::source_dir() + "/traces/resnet50_bm1684x_int8_1b.bmodel.zst"});
  EXPECT_NE(result.out.find("\nbound by: "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("what would help: "), std::string::npos);
  EXPECT_NE(result.out.find("GMAC"), std::string::npos);
}

TEST(Causes, AReportFitsATerminal) {
  for (const std::size_t width : {std::size_t{80}, std::size_t{100}, std::size_t{200}}) {
    std::ostringstream out;
    std::ostringstream err;
    Console console{out, err};
    console.terminal.width = width;
    ASSERT_EQ(run_cli({"run", tests::source_dir() + "/traces/resnet50_bm1684x_int8_1b.bmodel.zst"}, console), 0);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), width) << line;
    EXPECT_EQ(out.str().find('\x1b'), std::string::npos) << "no colour unless asked for";
  }
}

}  // namespace
}  // namespace bmemu::harness
