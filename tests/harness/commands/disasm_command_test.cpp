// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

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
  const auto result = run({"disasm", kProgram, "--fields"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(lines(result.out), commands + 1);
  EXPECT_EQ(result.out[0], '#');
}

TEST(DisasmCommand, ReadsLikeAProgram) {
  for (const char* name : {"lprnet_bm1684x_int8_1b", "lprnet_bm1684_int8_1b"}) {
    const std::string path = tests::source_dir() + "/traces/" + name + ".bmodel.zst";
    const auto program = isa::load_program(isa::BModel::open(path));
    const auto result = run({"disasm", path});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    long commands = 0;
    for (std::size_t at = 0; at < result.out.size(); at = result.out.find('\n', at) + 1)
      commands += result.out[at] != '#' ? 1 : 0;
    EXPECT_EQ(commands,
              static_cast<long>(program.groups[0].tiu.commands.size() + program.groups[0].gdma.commands.size()));
    EXPECT_NE(result.out.find("# tpu.Cast images/backbone.2/Relu_output_0_Relu_si8\n"), std::string::npos);
    EXPECT_NE(result.out.find("arith.mul f32[1x3x24x94] L0.b"), std::string::npos);
    EXPECT_NE(result.out.find(", constant 84.68"), std::string::npos);
    EXPECT_NE(result.out.find("; 27072 B\n"), std::string::npos) << "f32, 1 x 3 x 24 x 94";
  }
}

TEST(DisasmCommand, CommandsStandInAnOrderThatTheirWaitsAllow) {
  const auto result = run({"disasm", tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst"});
  std::istringstream out(result.out);
  std::map<std::string, long> done;
  for (std::string line; std::getline(out, line);) {
    if (line[0] == '#') continue;
    std::istringstream words(line);
    std::string group, engine, after, other;
    long id = 0, waited = 0;
    words >> group >> engine >> id >> after;
    if (after == "after") {
      words >> other >> waited;
      EXPECT_LE(waited, done[other]) << line;
    }
    EXPECT_EQ(id, ++done[engine]) << line;
  }
}

TEST(DisasmCommand, NamesWhatIsUnusualAboutATensor) {
  const auto result = run({"disasm", tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst"});
  // one bias for all pixels of a channel: no step but from channel to channel
  EXPECT_NE(result.out.find("L0.b2+0xc strides 0,4,0,0"), std::string::npos);
  EXPECT_NE(result.out.find("; stride 5x5"), std::string::npos) << "of the average pooling";
  EXPECT_NE(result.out.find("static:0x90005c0"), std::string::npos);
}

TEST(DisasmCommand, SelectsEngineGroupAndRange) {
  const auto program = isa::load_program(isa::BModel::open(kProgram));
  const auto tiu = run({"disasm", kProgram, "--fields", "--engine", "tiu"});
  EXPECT_EQ(lines(tiu.out), static_cast<long>(program.groups[0].tiu.commands.size()) + 1);
  EXPECT_EQ(tiu.out.find(" gdma "), std::string::npos);
  const auto part = run({"disasm", kProgram, "--fields", "--engine", "gdma", "--group", "0", "--range", "2:4"});
  EXPECT_EQ(lines(part.out), 3);
  EXPECT_NE(part.out.find("\n0 gdma 2 "), std::string::npos);
  EXPECT_NE(part.out.find("\n0 gdma 3 "), std::string::npos);
  EXPECT_EQ(lines(run({"disasm", kProgram, "--fields", "--engine", "tiu", "--range", ":2"}).out), 3);
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
