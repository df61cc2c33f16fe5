// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <algorithm>

#include "isa/bmodel/bmodel.h"
#include "isa/encoding/instruction.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kProgram = tests::source_dir() + "/traces/lenet_bm1684x_int8.bmodel.zst";

long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

TEST(DisasmCommand, PrintsOneLineForEveryCommand) {
  const auto program = isa::load_program(isa::BModel::open(kProgram));
  long commands = 0;
  for (const auto& group : program.groups)
    commands += static_cast<long>(group.tiu.commands.size() + group.gdma.commands.size());
  const auto result = run({"disasm", kProgram});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(lines(result.out), commands + 1);
  EXPECT_EQ(result.out[0], '#');
}

TEST(DisasmCommand, SelectsEngineGroupAndRange) {
  const auto program = isa::load_program(isa::BModel::open(kProgram));
  const auto tiu = run({"disasm", kProgram, "--engine", "tiu"});
  EXPECT_EQ(lines(tiu.out), static_cast<long>(program.groups[0].tiu.commands.size()) + 1);
  EXPECT_EQ(tiu.out.find(" gdma "), std::string::npos);
  const auto part = run({"disasm", kProgram, "--engine", "gdma", "--group", "0", "--range", "2:4"});
  EXPECT_EQ(lines(part.out), 3);
  EXPECT_NE(part.out.find("\n0 gdma 2 "), std::string::npos);
  EXPECT_NE(part.out.find("\n0 gdma 3 "), std::string::npos);
  EXPECT_EQ(lines(run({"disasm", kProgram, "--engine", "tiu", "--range", ":2"}).out), 3);
  EXPECT_EQ(run({"disasm", kProgram, "--engine", "tiu", "--range", "100000:"}).exit_code, 2) << "nothing to show";
}

TEST(DisasmCommand, PrintsTheReferenceOfAFamily) {
  EXPECT_EQ(run({"disasm", "--reference", "bm1684"}).out, isa::reference_page(isa::Family::kBm1684));
  EXPECT_EQ(run({"disasm", "--reference", "bm1684x"}).out, isa::reference_page(isa::Family::kBm1684x));
}

TEST(DisasmCommand, RefusesWhatItCannotSelect) {
  for (const char* range : {"5", "3:1", "a:b", "1:2:3", "-1:2"}) {
    const auto result = run({"disasm", kProgram, "--range=" + std::string(range)});
    EXPECT_EQ(result.exit_code, 2) << range;
    EXPECT_EQ(result.err.rfind("bmemu: E-DISASM-RANGE: ", 0), 0U) << result.err;
    EXPECT_EQ(result.out, "");
  }
  const auto group = run({"disasm", kProgram, "--group", "7"});
  EXPECT_EQ(group.exit_code, 2);
  EXPECT_EQ(group.err.rfind("bmemu: E-DISASM-GROUP: ", 0), 0U) << group.err;
  EXPECT_EQ(run({"disasm", kProgram, "--engine", "npu"}).exit_code, 2);
  EXPECT_EQ(run({"disasm", kProgram, "--stage", "-1"}).exit_code, 2);
  EXPECT_EQ(run({"disasm", kProgram, "--stage", "9"}).err.rfind("bmemu: E-BMODEL-SELECT: ", 0), 0U);
  EXPECT_EQ(run({"disasm", kProgram, "--net", "other"}).err.rfind("bmemu: E-BMODEL-SELECT: ", 0), 0U);
  EXPECT_EQ(run({"disasm", "no such file"}).err.rfind("bmemu: E-FILE-OPEN: ", 0), 0U);
  EXPECT_EQ(run({"disasm"}).exit_code, 2);
  EXPECT_EQ(run({"disasm", kProgram, "--reference", "bm1684"}).exit_code, 2);
  EXPECT_EQ(run({"disasm", "--reference", "bm1688"}).exit_code, 2);
}

}  // namespace
}  // namespace bmemu::harness
