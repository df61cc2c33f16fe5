// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Finding the commands of streams, and ids that wrap at the width of their field.
#include <gtest/gtest.h>

#include <random>

#include "isa/error.h"
#include "isa/program/program.h"
#include "kernels/command_list.h"

namespace bmemu::isa {
namespace {

using kernels::CommandList;

Instruction tiu_command(Family family) {
  if (family == Family::kBm1684) return bm1684::TiuInstruction(bm1684::Conv{});
  bm1684x::SysId nop;
  nop.tsk_eu_typ = 30;
  return bm1684x::TiuInstruction(nop);
}

Instruction gdma_command(Family family) {
  if (family == Family::kBm1684) return bm1684::GdmaInstruction(bm1684::Dma{});
  bm1684x::DmaSys nop;
  nop.cmd_short = 1;
  nop.cmd_special_function = 1;
  return bm1684x::GdmaInstruction(nop);
}

Instruction command(Family family, Engine engine) {
  return engine == Engine::kTiu ? tiu_command(family) : gdma_command(family);
}

struct Waits {
  std::vector<std::uint32_t> tiu;
  std::vector<std::uint32_t> gdma;
};

std::size_t first_difference(const CommandStream& stream, const std::vector<std::uint32_t>& waits) {
  for (std::size_t i = 0; i < waits.size(); ++i)
    if (stream.commands[i].dependency != waits[i]) return i;
  return waits.size();
}

void expect_waits(const Program& program, const Waits& waits) {
  const CommandGroup& group = program.groups[0];
  EXPECT_EQ(first_difference(group.tiu, waits.tiu), waits.tiu.size());
  EXPECT_EQ(first_difference(group.gdma, waits.gdma), waits.gdma.size());
}

/// Runs of random length on one engine after the other, every command with the running wait, as compilers write them.
Waits add_alternating_runs(CommandList& list, Family family, std::uint32_t commands, std::uint32_t longest_run) {
  std::mt19937 random(3);
  Waits waits;
  Engine engine = Engine::kGdma;
  while (waits.tiu.size() + waits.gdma.size() < commands) {
    const std::uint32_t run = 1 + random() % longest_run;
    auto& own = engine == Engine::kTiu ? waits.tiu : waits.gdma;
    const auto wait = static_cast<std::uint32_t>(engine == Engine::kTiu ? waits.gdma.size() : waits.tiu.size());
    for (std::uint32_t i = 0; i < run; ++i) {
      list.add(command(family, engine), wait);
      own.push_back(wait);
    }
    engine = other(engine);
  }
  return waits;
}

TEST(Scan, WaitsOfBm1684AreUnwrappedPast65536Commands) {
  CommandList list(Family::kBm1684);
  const Waits waits = add_alternating_runs(list, Family::kBm1684, 300000, 5000);
  ASSERT_GT(waits.tiu.size(), 2U * 65536);
  ASSERT_GT(waits.gdma.size(), 2U * 65536);
  expect_waits(list.finish("long"), waits);
}

TEST(Scan, WaitsOfBm1684xAreUnwrappedPast1048576Commands) {
  CommandList list(Family::kBm1684x);
  const Waits waits = add_alternating_runs(list, Family::kBm1684x, 2300000, 30000);
  ASSERT_GT(waits.tiu.size(), 1048576U);
  ASSERT_GT(waits.gdma.size(), 1048576U);
  expect_waits(list.finish("long"), waits);
}

TEST(Scan, AWaitForId65536IsToldFromNoWait) {
  CommandList list(Family::kBm1684);
  Waits waits;
  for (std::uint32_t i = 1; i <= 65540; ++i) {
    list.add(gdma_command(Family::kBm1684), 0);
    waits.gdma.push_back(0);
  }
  for (const std::uint32_t wait : {0U, 30000U, 60000U, 65535U, 65536U, 65537U}) {
    list.add(tiu_command(Family::kBm1684), wait);
    waits.tiu.push_back(wait);
  }
  expect_waits(list.finish("boundary"), waits);
}

/// With fewer commands on the other engine than the field can count there is nothing to unwrap, however the waits jump.
TEST(Scan, WaitsOfShortStreamsAreTakenAsTheyAre) {
  CommandList list(Family::kBm1684);
  Waits waits;
  for (int i = 0; i < 60000; ++i) {
    list.add(gdma_command(Family::kBm1684), 0);
    waits.gdma.push_back(0);
  }
  for (const std::uint32_t wait : {59999U, 0U, 5U, 40000U, 0U, 3U, 60000U}) {
    list.add(tiu_command(Family::kBm1684), wait);
    waits.tiu.push_back(wait);
  }
  expect_waits(list.finish("jumps"), waits);
}

TEST(Scan, AStreamWithoutWaitsHasNoneHoweverLongTheOtherIs) {
  CommandList list(Family::kBm1684);
  Waits waits;
  for (int i = 0; i < 140000; ++i) list.add(gdma_command(Family::kBm1684), 0);
  waits.gdma.assign(140000, 0);
  for (int i = 0; i < 100; ++i) list.add(tiu_command(Family::kBm1684), 0);
  waits.tiu.assign(100, 0);
  expect_waits(list.finish("free"), waits);
}

Program short_program(Family family) {
  CommandList list(family);
  list.add(gdma_command(family));
  list.order();
  list.add(tiu_command(family));
  list.add(tiu_command(family));
  return list.finish("short");
}

/// The id of the error that scanning the TIU stream gives after `change` was made to its bytes.
template <class Change>
std::string scan_error(Family family, std::uint32_t count, Change&& change, Error* caught = nullptr) {
  const Program program = short_program(family);
  const CommandGroup& group = program.groups[0];
  std::vector<std::uint8_t> tiu(group.tiu.bytes.data, group.tiu.bytes.data + group.tiu.bytes.size);
  change(tiu);
  try {
    scan_group(family, 4, {tiu.data(), tiu.size()}, count, group.gdma.bytes,
               static_cast<std::uint32_t>(group.gdma.commands.size()));
  } catch (const Error& error) {
    if (caught != nullptr) *caught = error;
    return error.id();
  }
  return "accepted";
}

TEST(Scan, CountsAndPaddingAreChecked) {
  const auto nothing = [](std::vector<std::uint8_t>&) {};
  EXPECT_EQ(scan_error(Family::kBm1684, 2, nothing), "accepted");
  EXPECT_EQ(scan_error(Family::kBm1684, 1, nothing), "E-ISA-COUNT");
  EXPECT_EQ(scan_error(Family::kBm1684, 3, nothing), "E-ISA-TRUNCATED");
  EXPECT_EQ(scan_error(Family::kBm1684, 0xFFFFFFFF, nothing), "E-ISA-TRUNCATED");
  EXPECT_EQ(scan_error(Family::kBm1684, 2, [](auto& bytes) { bytes.resize(512); }), "accepted");
  EXPECT_EQ(scan_error(Family::kBm1684, 2, [](auto& bytes) { bytes.resize(200); }), "E-ISA-TRUNCATED");
  EXPECT_EQ(scan_error(Family::kBm1684x, 3, nothing), "accepted");
  EXPECT_EQ(scan_error(Family::kBm1684x, 3, [](auto& bytes) { bytes.back() = 1; }), "E-ISA-COUNT");
}

TEST(Scan, AStreamOfBm1684xEndsWithItsOnlyEndCommand) {
  EXPECT_EQ(scan_error(Family::kBm1684x, 2, [](auto& bytes) { bytes.resize(32); }), "E-ISA-END");
  const auto end_first = [](std::vector<std::uint8_t>& bytes) { write_bits(bytes.data(), 45, 5, 31); };
  Error error({"", "", "", "", ""});
  EXPECT_EQ(scan_error(Family::kBm1684x, 3, end_first, &error), "E-ISA-END");
  EXPECT_NE(error.place().find("tiu group 4 command 0"), std::string::npos) << error.place();
}

TEST(Scan, IdsThatAreNotConsecutiveAreRefused) {
  Error error({"", "", "", "", ""});
  const auto change = [](std::vector<std::uint8_t>& bytes) { write_bits(bytes.data() + 128, 3, 16, 7); };
  EXPECT_EQ(scan_error(Family::kBm1684, 2, change, &error), "E-ISA-ID-SEQUENCE");
  EXPECT_EQ(error.value(), "id 7");
  EXPECT_EQ(error.legal(), "id 2");
  EXPECT_NE(error.place().find("command 1 (byte offset 128)"), std::string::npos) << error.place();
}

}  // namespace
}  // namespace bmemu::isa
