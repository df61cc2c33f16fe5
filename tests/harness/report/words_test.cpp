// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/words.h"

#include <gtest/gtest.h>

#include <sstream>

#include "harness/commands/command.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

TEST(Words, OneThingIsNoPlural) {
  EXPECT_EQ(counted(0, "program"), "0 programs");
  EXPECT_EQ(counted(1, "program"), "1 program");
  EXPECT_EQ(counted(2, "program"), "2 programs");
  EXPECT_EQ(counted(2, "launch"), "2 launches");
}

TEST(Words, LinesAreBrokenAtBlanksBelowTheirIndent) {
  EXPECT_EQ(folded("one two three", 0), "one two three");
  EXPECT_EQ(folded("one two three", 13), "one two three");
  EXPECT_EQ(folded("one two three\nfour", 8), "one two\nthree\nfour");
  EXPECT_EQ(folded("  one two three", 9), "  one two\n  three");
  EXPECT_EQ(folded("  one two three", 9, 2), "  one two\n    three");
  EXPECT_EQ(folded("  one two three", 6, 2), "  one\n    two\n    three") << "a word that is too long stays whole";
  EXPECT_EQ(folded("a longestword b", 5), "a\nlongestword\nb");
  EXPECT_EQ(folded("\n\na\n", 5), "\n\na\n");
  EXPECT_EQ(folded("\u00b5s \u00b5s \u00b5s", 5), "\u00b5s \u00b5s\n\u00b5s") << "characters count, not bytes";
}

TEST(Words, ProseOfMarkdownIsFoldedAndNothingElse) {
  EXPECT_EQ(folded_markdown("one two three\n- four five six\n", 9), "one two\nthree\n- four\n  five\n  six\n");
  for (const char* kept :
       {"| one | two three |\n", "# one two three\n", "> one two three\n", "```\none two three\n```\n"})
    EXPECT_EQ(folded_markdown(kept, 9), kept);
  EXPECT_EQ(folded_markdown("```\none two three\n```\none two three", 9), "```\none two three\n```\none two\nthree");
}

TEST(Words, HelpAndListingsFitATerminal) {
  const std::string program = tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst";
  std::vector<std::vector<std::string>> commands = {{"--help"}, {"layers"}, {"layers", program}, {"disasm", program}};
  for (const char* command : {"run", "info", "disasm", "compile", "compare", "whatif", "claims", "calibrate", "chips",
                              "conformance", "layers", "with"})
    commands.push_back({command, "--help"});
  for (const auto& arguments : commands) {
    SCOPED_TRACE(arguments.front());
    std::ostringstream out;
    std::ostringstream err;
    Console console{out, err};
    console.terminal.width = 80;
    EXPECT_EQ(run_cli(arguments, console), 0) << err.str();
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);)
      EXPECT_TRUE(line.size() <= 80 || line.find(' ', line.find_first_not_of(' ')) == std::string::npos) << line;
  }
}

}  // namespace
}  // namespace bmemu::harness
