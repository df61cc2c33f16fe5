// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Random commands and streams of them: whatever their fields say, they compute, take time, or are one clear error.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "emulator/dispatch/execute.h"
#include "emulator/session/session.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/command_list.h"
#include "tests/emulator/random_commands.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

/// Whether the command computes and can be timed; an error must say where and what.
bool is_legal(const isa::Instruction& instruction, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  try {
    kernels::CommandList list(chip.family);
    list.add(instruction);
    run(list.finish("one command"), chip, {}, {});
    execute(instruction, chip, memory);
    return true;
  } catch (const Error& error) {
    EXPECT_FALSE(error.id().empty() || error.place().empty() || error.sentence().empty())
        << error.what() << "\n"
        << isa::disassemble(instruction);
    return false;
  }
}

struct Case {
  const char* chip;
  isa::Engine engine;
  unsigned operations;  ///< that must come to compute, at least
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.chip << " " << isa::name(c.engine); }

class RandomStreams : public testing::TestWithParam<Case> {};

constexpr int kCommands = 6000;
constexpr std::size_t kStreamCommands = 60;

TEST_P(RandomStreams, ComputeOrAreRefusedAndTimeDoesNotDependOnValues) {
  isa::ChipSpec chip = isa::load_chip(GetParam().chip);
  memory::ChipMemory memory(chip);
  RandomCommands commands(static_cast<std::uint64_t>(testing::UnitTest::GetInstance()->random_seed()));
  std::set<std::string> computed;
  std::vector<isa::Instruction> legal;
  for (int i = 0; i < kCommands; ++i) {
    const isa::Instruction instruction = commands.next(chip.family, GetParam().engine);
    if (!is_legal(instruction, chip, memory)) continue;
    computed.insert(std::string(isa::encoding_name(instruction)) + " " + std::string(isa::operation_name(instruction)));
    legal.push_back(instruction);
  }
  RecordProperty("computed", static_cast<int>(legal.size()));
  EXPECT_GE(computed.size(), GetParam().operations) << testing::PrintToString(computed);

  // The other engine's commands of the same seed run beside them.
  std::vector<isa::Instruction> others;
  while (others.size() < kStreamCommands) {
    const isa::Instruction instruction = commands.next(chip.family, isa::other(GetParam().engine));
    if (is_legal(instruction, chip, memory)) others.push_back(instruction);
  }
  for (std::size_t start = 0; start < legal.size(); start += kStreamCommands) {
    kernels::CommandList list(chip.family);
    for (std::size_t i = start; i < std::min(start + kStreamCommands, legal.size()); ++i) {
      if (commands.one_in(3)) list.order();
      list.add(legal[i]);
      if (commands.one_in(2)) list.add(others[i - start]);
    }
    Session session(list.finish("random stream"), chip);
    try {
      EXPECT_EQ(session.run().length_ps, session.time().length_ps);
    } catch (const Error& error) {  // an index in memory may have changed
      EXPECT_EQ(error.id(), "E-OPERAND-RANGE") << error.what();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, RandomStreams,
                         testing::Values(Case{"bm1684", isa::Engine::kTiu, 35}, Case{"bm1684", isa::Engine::kGdma, 5},
                                         Case{"bm1684x", isa::Engine::kTiu, 130},
                                         Case{"bm1684x", isa::Engine::kGdma, 16}),
                         [](const auto& c) {
                           return std::string(c.param.chip) + "_" + std::string(isa::name(c.param.engine));
                         });

/// Every field of a real command in turn gets a random value.
TEST(RandomFields, OfRealCommandsComputeOrAreRefused) {
  for (const char* name : {"lenet_bm1684_int8", "lenet_bm1684x_int8"}) {
    const Session session = Session::open(tests::source_dir() + "/traces/" + name + ".bmodel.zst");
    memory::ChipMemory memory(session.chip());
    RandomCommands random(static_cast<std::uint64_t>(testing::UnitTest::GetInstance()->random_seed()) + 1);
    const isa::CommandGroup& group = session.program().groups.front();
    int legal = 0;
    int refused = 0;
    for (int trial = 0; trial < 4000; ++trial) {
      const isa::CommandStream& stream = random.one_in(2) ? group.tiu : group.gdma;
      const std::size_t index = random.below(stream.commands.size());
      const isa::CommandRef& ref = stream.commands[index];
      std::vector<std::uint8_t> bytes(stream.bytes.data + ref.offset, stream.bytes.data + ref.offset + ref.bytes);
      const unsigned width = 1 + static_cast<unsigned>(random.below(6));
      const unsigned bit = static_cast<unsigned>(random.below(8 * bytes.size() - width));
      isa::write_bits(bytes.data(), bit, width, random.below(64));
      isa::Instruction instruction;
      try {
        instruction = isa::decode(session.program().family, bytes.data(), bytes.size(), stream.place(index));
      } catch (const Error&) {
        continue;  // another class, or bits that no field declares
      }
      ++(is_legal(instruction, session.chip(), memory) ? legal : refused);
    }
    EXPECT_GT(legal, 500) << name;
    EXPECT_GT(refused, 100) << name;
  }
}

TEST(OutOfRange, IsAnErrorThatNamesCommandAndRange) {
  const auto error_of = [](const isa::Instruction& instruction, bool with_values) {
    kernels::CommandList list(isa::Family::kBm1684x);
    list.add(instruction);
    Session session(list.finish("out of range"), isa::load_chip("bm1684x"));
    try {
      if (with_values)
        session.run();
      else
        session.time();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  isa::bm1684x::DmaTensor load;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.src_csize = load.src_hsize = 1;
  load.src_wsize = 64;
  load.src_start_addr_h8 = 1;
  load.dst_start_addr_l32 = 0x20000000;  // in no memory
  for (const bool with_values : {false, true}) {
    const std::string text = error_of(isa::bm1684x::GdmaInstruction(load), with_values);
    EXPECT_NE(text.find("gdma group 0 command 0"), std::string::npos) << text;
    EXPECT_NE(text.find("0x20000000"), std::string::npos) << text;
    EXPECT_NE(text.find("local memory from 0x8000000"), std::string::npos) << text;
  }
  isa::bm1684x::Ar add;
  add.cmd_short = 1;
  add.tsk_eu_typ = 2;
  add.tsk_opd_num = 2;
  add.opd1_const = 1;
  add.res0_n = add.res0_c = add.res0_h = 1;
  add.res0_w = 60000;
  add.res0_addr = 0x3F000;  // 60000 bytes go over the end of the lane
  const std::string text = error_of(isa::bm1684x::TiuInstruction(add), true);
  EXPECT_NE(text.find("E-OPERAND-RANGE"), std::string::npos) << text;
  EXPECT_NE(text.find("tiu group 0 command 0"), std::string::npos) << text;
}

}  // namespace
}  // namespace bmemu::emulator
