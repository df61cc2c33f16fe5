// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/session.h"

#include <gtest/gtest.h>

#include <cstring>

#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "kernels/command_list.h"
#include "tests/error_of.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";

std::vector<std::uint8_t> some_input(std::uint64_t bytes) {
  std::vector<float> values(bytes / sizeof(float));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 17) * 0.125F - 1.0F;
  std::vector<std::uint8_t> result(bytes);
  std::memcpy(result.data(), values.data(), bytes);
  return result;
}

Session with_input(const std::string& program) {
  Session session = Session::open(kTraces + program);
  const isa::TensorInfo& input = session.program().inputs.front();
  session.set_input(input.name, some_input(input.bytes).data(), input.bytes);
  return session;
}

std::vector<std::uint8_t> first_output(const Session& session) {
  return session.output(session.program().outputs.front().name);
}

class BothChips : public testing::TestWithParam<const char*> {};

TEST_P(BothChips, StepsAndARunComputeTheSame) {
  Session session = with_input(GetParam());
  std::size_t commands = 0;
  for (const auto& group : session.program().groups) commands += group.tiu.commands.size() + group.gdma.commands.size();
  std::size_t steps = 0;
  while (session.step()) ++steps;
  EXPECT_EQ(steps, commands);
  const auto stepped = first_output(session);
  EXPECT_NE(stepped, std::vector<std::uint8_t>(stepped.size()));
  session.restart();
  EXPECT_NE(first_output(session), stepped);
  session.run();
  EXPECT_EQ(first_output(session), stepped);
}

TEST_P(BothChips, ARunWithoutValuesTakesTheSameTime) {
  Session session = with_input(GetParam());
  const RunEnd timed = session.time();
  EXPECT_EQ(session.run().length_ps, timed.length_ps);
  EXPECT_EQ(session.time().length_ps, timed.length_ps);
}

INSTANTIATE_TEST_SUITE_P(Programs, BothChips,
                         testing::Values("lenet_bm1684_int8.bmodel.zst", "lenet_bm1684x_int8.bmodel.zst"),
                         [](const auto& name) {
                           return std::string(name.param).substr(0, std::string(name.param).find('.'));
                         });

TEST(Session, ARunNeedsAFreshStart) {
  Session session = with_input("lenet_bm1684x_int8.bmodel.zst");
  ASSERT_TRUE(session.step());
  EXPECT_EQ(error_of([&] { session.run(); }), "E-SESSION-STARTED");
  session.restart();
  session.run();
  EXPECT_FALSE(session.step());
  EXPECT_EQ(error_of([&] { session.run(); }), "E-SESSION-STARTED");
}

TEST(Session, TensorsAreFoundByNameAndHaveTheirSize) {
  Session session = Session::open(kTraces + "lenet_bm1684x_int8.bmodel.zst");
  const std::uint8_t byte = 0;
  EXPECT_EQ(error_of([&] { session.set_input("no such", &byte, 1); }), "E-TENSOR-NAME");
  EXPECT_EQ(error_of([&] { session.set_input(session.program().inputs.front().name, &byte, 1); }), "E-TENSOR-SHAPE");
  EXPECT_EQ(error_of([&] { session.output("no such"); }), "E-TENSOR-NAME");
}

TEST(Session, EveryMemoryCanBeReadAndWritten) {
  Session session = Session::open(kTraces + "lenet_bm1684x_int8.bmodel.zst");
  const std::uint64_t addresses[] = {session.local_address(63, 0x1FF00), isa::kL2Base + 100, isa::kStaticBase + 0x1000,
                                     isa::kDdrBase + 0x12345678};
  for (const std::uint64_t address : addresses) {
    const std::uint32_t written = 0xA1B2C3D4;
    session.write(address, &written, sizeof written);
    std::uint32_t found = 0;
    session.read(address, &found, sizeof found);
    EXPECT_EQ(found, written);
  }
  EXPECT_EQ(session.memory().local()[63 * session.chip().local_memory.lane_bytes + 0x1FF00], 0xD4);
  EXPECT_EQ(error_of([&] { session.local_address(64, 0); }), "E-MEMORY-RANGE");
  EXPECT_EQ(error_of([&] { session.local_address(0, 1 << 30); }), "E-MEMORY-RANGE");
  std::uint8_t byte = 0;
  EXPECT_EQ(error_of([&] { session.read(0x10, &byte, 1); }), "E-MEMORY-RANGE");
}

TEST(Session, AProgramForAnotherChipIsRefused) {
  isa::Program program;
  program.family = isa::Family::kBm1684;
  EXPECT_EQ(error_of([&] { Session(program, isa::load_chip("bm1684x")); }), "E-CHIP-PROGRAM");
}

struct Recorder : ExecutionWatcher {
  std::vector<std::string> told;
  void before(const ExecutedCommand& command, const memory::ChipMemory&) override {
    if (command.engine == isa::Engine::kTiu) told.push_back("before " + std::to_string(command.index));
  }
  void after(const ExecutedCommand& command, const memory::ChipMemory& memory) override {
    if (command.engine == isa::Engine::kTiu)
      told.push_back("after " + std::to_string(command.index) + " " + std::to_string(memory.local()[0]));
  }
};

/// result = constant in lane 0, offset 0, bytes.
isa::Instruction fill(std::uint64_t value) {
  isa::bm1684x::Ar copy;
  copy.cmd_short = 1;
  copy.tsk_eu_typ = 2;
  copy.tsk_opd_num = 2;
  copy.opd0_const = copy.opd1_const = 1;
  copy.res0_n = copy.res0_c = copy.res0_h = copy.res0_w = 1;
  copy.opd0_addr = value;
  return isa::bm1684x::TiuInstruction(copy);
}

TEST(Session, WatchersSeeTheMemoryBeforeAndAfterEachCommand) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(fill(7));
  list.add(fill(9));
  Session session(list.finish("two fills"), isa::load_chip("bm1684x"));
  Recorder recorder;
  session.watch(recorder);
  session.run();
  recorder.told.resize(4);  // the end command follows
  EXPECT_EQ(recorder.told, (std::vector<std::string>{"before 0", "after 0 7", "before 1", "after 1 9"}));
}

/// result at 0x4000 = operand at `offset` + 1, `w` bytes in each of `c` lanes.
isa::Instruction add_one(std::uint64_t offset, std::uint64_t c, std::uint64_t w) {
  isa::bm1684x::Ar add;
  add.cmd_short = 1;
  add.tsk_eu_typ = 2;
  add.tsk_opd_num = 2;
  add.opd1_const = 1;
  add.opd1_addr = 1;
  add.res0_n = add.res0_h = 1;
  add.res0_c = c;
  add.res0_w = w;
  add.opd0_addr = offset;
  add.res0_addr = 0x4000;
  return isa::bm1684x::TiuInstruction(add);
}

TEST(UninitialisedReads, AreToldOnceWithCommandAndBytes) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_one(0x1000, 3, 128));
  list.add(add_one(0x1000, 3, 128));
  list.add(add_one(0x4000, 3, 128));
  Session session(list.finish("unwritten operand"), isa::load_chip("bm1684x"));
  session.run();
  ASSERT_EQ(session.uninitialised_count(), 1U);
  const std::string text = describe(session.uninitialised_reads().front(), session.program(), session.chip());
  EXPECT_NE(text.find("tiu group 0 command 0"), std::string::npos) << text;
  EXPECT_NE(text.find("reads 384 bytes of local memory lane 0 offset 0x1000 to lane 2 offset 0x107f"),
            std::string::npos)
      << text;
}

TEST(UninitialisedReads, WhatTheHostWroteCounts) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_one(0x1000, 1, 64));
  Session session(list.finish("written operand"), isa::load_chip("bm1684x"));
  const std::vector<std::uint8_t> bytes(64, 3);
  session.write(session.local_address(0, 0x1000), bytes.data(), bytes.size());
  session.finish();
  EXPECT_EQ(session.uninitialised_count(), 0U);
}

TEST(UninitialisedReads, CanStopTheRun) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_one(0x1000, 1, 64));
  const isa::Program program = list.finish("unwritten operand");
  Session session(program, isa::load_chip("bm1684x"), {UninitialisedCheck::kError, {}});
  try {
    session.run();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-RUN-UNINITIALISED");
    EXPECT_NE(error.place().find("tiu group 0 command 0"), std::string::npos) << error.place();
  }
  Session unchecked(program, isa::load_chip("bm1684x"), {UninitialisedCheck::kOff, {}});
  unchecked.run();
  EXPECT_EQ(unchecked.uninitialised_count(), 0U);
}

}  // namespace
}  // namespace bmemu::emulator
