// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Faster hardware never makes a program slower: twice the DDR bandwidth, the clock of the TIU or the lanes.
#include <gtest/gtest.h>

#include "emulator/run.h"
#include "isa/bmodel.h"
#include "isa/chip_file.h"
#include "isa/error.h"
#include "kernels/io_copies.h"
#include "tests/isa/real_programs.h"

namespace bmemu::emulator {
namespace {

using isa::ChipSpec;

Picoseconds length(const isa::Program& program, const ChipSpec& chip) {
  RunOptions options;
  options.hazards = HazardCheck::kOff;
  return run(program, chip, options, {}).length_ps;
}

struct Doubling {
  const char* what;
  void (*apply)(ChipSpec&);
};

// A program is compiled for its lanes: on a chip with others its commands, and what they mean, would be different ones.
// To double the lanes here is to let the same commands use them: channels beyond lane 63 go to further lanes instead of
// starting a new row. Chip files end at 64 lanes, as far as a command can name them, so this is about cost alone.
constexpr Doubling kDoublings[] = {
    {"DDR rate", [](ChipSpec& c) { c.ddr.rate_mt_per_s *= 2; }},
    {"DDR width", [](ChipSpec& c) { c.ddr.bits_per_controller *= 2; }},
    {"DDR controllers", [](ChipSpec& c) { c.ddr.controllers *= 2; }},
    {"TIU clock", [](ChipSpec& c) { c.tiu.clock_mhz *= 2; }},
    {"lanes", [](ChipSpec& c) { c.tiu.lanes *= 2; }},
};

/// Where a request meets refresh, open rows and the last direction of the DDR depends on when it comes, so that a
/// request that comes earlier may take longer. Observed for the clock of the DMA engine only, in 1 of 150 programs:
/// 3.6 ns of 54 ms.
constexpr double kDdrPhase = 1e-6;

void expect_never_slower(const isa::Program& program) {
  const ChipSpec whole = isa::load_chip(std::string(isa::name(program.family)));
  for (const std::int64_t detail : {0, 1}) {
    ChipSpec chip = whole;
    chip.ddr.detail = detail;
    const Picoseconds before = length(program, chip);
    for (const Doubling& doubling : kDoublings) {
      ChipSpec faster = chip;
      doubling.apply(faster);
      EXPECT_LE(length(program, faster), before) << "twice the " << doubling.what << ", DDR detail " << detail;
    }
    ChipSpec dma = chip;
    dma.gdma.clock_mhz *= 2;
    EXPECT_LE(double(length(program, dma)), double(before) * (1 + kDdrPhase)) << "DDR detail " << detail;
  }
}

/// Checks the programs of `files` for `family`; returns how many there were. Dynamic programs hold no commands.
int check(const std::vector<std::string>& files, isa::Family family) {
  int checked = 0;
  for (const std::string& path : files) {
    SCOPED_TRACE(path.substr(path.rfind('/') + 1));
    try {
      const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
      if (program.family != family) continue;
      expect_never_slower(program);
      ++checked;
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-BMODEL-DYNAMIC") << error.what();
    }
  }
  return checked;
}

TEST(FasterHardware, NeverMakesABundledProgramSlower) {
  EXPECT_GE(check(isa::test::trace_programs(), isa::Family::kBm1684), 4);
  EXPECT_GE(check(isa::test::trace_programs(), isa::Family::kBm1684x), 4);
}

TEST(FasterHardware, NeverMakesABundledProgramSlowerByTheIdealCosts) {
  for (const std::string& path : isa::test::trace_programs()) {
    const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
    ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
    chip.silicon = {};
    chip.silicon.matmul_f32_ratio = chip.silicon.gather_ratio = 1;
    chip.silicon.dma_time_ratio = chip.silicon.dma_row_ratio = 1;
    const Picoseconds before = length(program, chip);
    for (const Doubling& doubling : kDoublings) {
      ChipSpec faster = chip;
      doubling.apply(faster);
      EXPECT_LE(length(program, faster), before) << path << ": twice the " << doubling.what;
    }
  }
}

/// A chip of half the lanes is a legal one; programs that name lanes beyond do not run on it.
TEST(FasterHardware, HalfTheLanesNeverMakeABundledProgramFaster) {
  int checked = 0;
  for (const std::string& path : isa::test::trace_programs()) {
    const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
    const ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
    ChipSpec half = chip;
    isa::apply_setting(half, "tiu.lanes=32");
    try {
      EXPECT_GE(length(program, half), length(program, chip)) << path;
      ++checked;
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-MEMORY-RANGE") << error.what();
    }
  }
  EXPECT_GE(checked, 5);
}

/// Programs of the reference data; golden ones are those of the functional tests, with their weights.
std::vector<std::string> reference_programs() {
  std::vector<std::string> result;
  for (const std::string& path : isa::test::reference_programs())
    if (path.find("/golden/") == std::string::npos) result.push_back(path);
  return result;
}

TEST(FasterHardware, NeverMakesAReferenceProgramOfBm1684Slower) {
  if (reference_programs().empty()) GTEST_SKIP() << "no reference programs";
  EXPECT_GT(check(reference_programs(), isa::Family::kBm1684), 60);
}

TEST(FasterHardware, NeverMakesAReferenceProgramOfBm1684xSlower) {
  if (reference_programs().empty()) GTEST_SKIP() << "no reference programs";
  EXPECT_GT(check(reference_programs(), isa::Family::kBm1684x), 70);
}

}  // namespace
}  // namespace bmemu::emulator
