// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/words.h"

#include <gtest/gtest.h>

#include <sstream>

#include "harness/commands/command.h"
#include "harness/output/text_table.h"
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

TextTable three_columns(const std::string& words) {
  TextTable table({{"name"}, {"local MiB", Align::kRight}, {"what"}});
  table.add({"one", "16", words});
  table.add({"two", "8", ""});
  return table;
}

TEST(TextTable, IsFoldedOnlyWhereItIsTooWide) {
  const TextTable table = three_columns("short");
  EXPECT_EQ(table.text(), "name  local MiB  what\none          16  short\ntwo           8\n");
  EXPECT_EQ(table.text_within(0), table.text());
  EXPECT_EQ(table.text_within(22), table.text());
  EXPECT_EQ(table.text_within(21), "      local\nname    MiB  what\none      16  short\ntwo       8\n");
}

TEST(TextTable, TheLastColumnIsFoldedInItsPlaceWhereItHasRoom) {
  EXPECT_EQ(three_columns("words that are many more than forty columns can hold").text_within(53),
            "      local\nname    MiB  what\none      16  words that are many more than forty\n"
            "             columns can hold\ntwo       8\n");
}

TEST(TextTable, ColumnsWithoutRoomStandBelowTheirRow) {
  EXPECT_EQ(three_columns("words that are many more").text_within(20),
            "      local\nname    MiB\n    what\none      16\n    words that are\n    many more\ntwo       8\n");
  EXPECT_EQ(three_columns("x").text_within(10).find("name\n    local\n    MiB |\n    what\none\n    16 | x\n"), 0U);
}

TEST(Words, HelpAndListingsFitATerminal) {
  const std::string program = tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst";
  std::vector<std::vector<std::string>> commands = {{"--help"},
                                                    {"layers"},
                                                    {"layers", program},
                                                    {"disasm", program},
                                                    {"chips"},
                                                    {"chips", "show", "bm1684x"},
                                                    {"conformance", "--refusals"}};
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
