// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// scripts/completion/bmemu.bash, as bash calls it.
#include <gtest/gtest.h>

#include "tests/folders.h"
#include "tests/harness/process.h"

namespace bmemu::harness {
namespace {

/// What the last of these words can become, each followed by a blank.
std::string completed(const std::string& words) {
  const std::string script = "source scripts/completion/bmemu.bash; COMP_WORDS=(\"$0\" " + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _bmemu; printf \"%s \" \"${COMPREPLY[@]}\"";
  return run_shell("cd '" + tests::source_dir() + "' && bash -c '" + script + "' $BMEMU").err;
}

TEST(Completion, KnowsCommandsAndTheirOptions) {
  EXPECT_EQ(completed("co"), "compile compare conformance ");
  EXPECT_EQ(completed("chips \"\""), "show ");
  EXPECT_EQ(completed("run --js"), "--json ");
  EXPECT_EQ(completed("chips show --pro"), "--product ");
  EXPECT_EQ(completed("run --nonsense"), " ");
}

TEST(Completion, KnowsValuesOfOptions) {
  EXPECT_EQ(completed("run --chip bm1684"), "bm1684 bm1684x ");
  EXPECT_EQ(completed("run --product SM"), "SM5 SM7 ");
  EXPECT_EQ(completed("run --set ddr.con"), "ddr.controllers= ");
  EXPECT_EQ(completed("disasm --engine \"\""), "tiu gdma ");
}

TEST(Completion, KnowsFilesWhereNothingElseIsMeant) {
  EXPECT_EQ(completed("run traces/READ"), "traces/README.md ");
  EXPECT_EQ(completed("run --json LICEN"), "LICENSE ");
}

}  // namespace
}  // namespace bmemu::harness
