// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Faster hardware never makes a program slower: twice the DDR bandwidth, the clock of the TIU or the lanes.
#include <gtest/gtest.h>

#include "emulator/chip/run.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/io_copies.h"
#include "tests/folders.h"
#include "tests/isa/real_programs.h"

namespace bmemu::emulator {
namespace {

using isa::ChipSpec;

Picoseconds length(const isa::Program& program, const ChipSpec& chip) {
  RunOptions options;
  options.hazards = HazardCheck::kOff;
  return run(program, chip, options, {}).length_ps;
}

struct Improvement {
  const char* what;
  void (*apply)(ChipSpec&);
};

// A program is compiled for its lanes: on a chip with others its commands, and what they mean, would be different ones.
// To double the lanes here is to let the same commands use them: channels beyond lane 63 go to further lanes instead of
// starting a new row. Chip files end at 64 lanes, as far as a command can name them, so this is about cost alone.
constexpr Improvement kImprovements[] = {
    {"twice the DDR rate", [](ChipSpec& c) { c.ddr.rate_mt_per_s *= 2; }},
    {"twice the DDR width", [](ChipSpec& c) { c.ddr.bits_per_controller *= 2; }},
    {"twice the DDR controllers", [](ChipSpec& c) { c.ddr.controllers *= 2; }},
    {"twice the TIU clock", [](ChipSpec& c) { c.tiu.clock_mhz *= 2; }},
    {"twice the DMA clock", [](ChipSpec& c) { c.gdma.clock_mhz *= 2; }},
    {"twice the lanes", [](ChipSpec& c) { c.tiu.lanes *= 2; }},
    {"0.3 % more DDR rate", [](ChipSpec& c) { c.ddr.rate_mt_per_s *= 1.003; }},
    {"0.3 % more TIU clock", [](ChipSpec& c) { c.tiu.clock_mhz *= 1.003; }},
};

void expect_never_slower(const isa::Program& program, const ChipSpec& whole) {
  for (const std::int64_t detail : {0, 1}) {
    ChipSpec chip = whole;
    chip.ddr.detail = detail;
    const Picoseconds before = length(program, chip);
    for (const Improvement& improvement : kImprovements) {
      ChipSpec changed = chip;
      improvement.apply(changed);
      EXPECT_LE(length(program, changed), before) << improvement.what << ", DDR detail " << detail;
    }
  }
}

/// Checks the programs of `files` for `family`; returns how many there were. Dynamic programs hold no commands, and
/// those with layers for the host's processor are no programs of the chip alone.
int check(const std::vector<std::string>& files, isa::Family family) {
  int checked = 0;
  for (const std::string& path : files) {
    const bool is_newer = path.find("bm1684x") != std::string::npos;  // file names say so
    if (is_newer != (family == isa::Family::kBm1684x)) continue;
    SCOPED_TRACE(path.substr(path.rfind('/') + 1));
    try {
      const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
      EXPECT_EQ(program.family, family);
      expect_never_slower(program, isa::load_chip(std::string(isa::name(program.family))));
      ++checked;
    } catch (const Error& error) {
      EXPECT_TRUE(error.id() == "E-BMODEL-DYNAMIC" || error.id() == "E-BMODEL-CPU-LAYER") << error.what();
    }
  }
  return checked;
}

TEST(FasterHardware, NeverMakesABundledProgramSlower) {
  EXPECT_GE(check(isa::test::trace_programs(), isa::Family::kBm1684), 4);
  EXPECT_GE(check(isa::test::trace_programs(), isa::Family::kBm1684x), 4);
}

TEST(FasterHardware, NeverMakesABundledProgramSlowerOnAnyProduct) {
  for (const std::string& path : isa::test::trace_programs()) {
    const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
    for (const isa::Product& product : isa::products()) {
      if (product.chip != isa::name(program.family) || product.is_default) continue;
      SCOPED_TRACE(path.substr(path.rfind('/') + 1) + " on " + product.name);
      expect_never_slower(program, isa::load_chip("", product.name));
    }
  }
}

TEST(FasterHardware, NeverMakesABundledProgramSlowerByTheIdealCosts) {
  for (const std::string& path : isa::test::trace_programs()) {
    const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
    ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
    chip.silicon = {};
    chip.silicon.board_ratio = chip.silicon.dma_time_ratio = 1;
    chip.silicon.cube_ratio = chip.silicon.special_ratio = chip.silicon.matmul_f32_ratio = 1;
    const Picoseconds before = length(program, chip);
    for (const Improvement& improvement : kImprovements) {
      ChipSpec faster = chip;
      improvement.apply(faster);
      EXPECT_LE(length(program, faster), before) << path << ": " << improvement.what;
    }
  }
}

/// Estimates count transfers in whole cycles of the TIU; rounded to a faster clock's they would take longer.
TEST(FasterHardware, ASlightlyFasterTiuNeverSlowsABundledProgram) {
  for (const std::string& path : isa::test::trace_programs()) {
    const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
    ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
    Picoseconds before = length(program, chip);
    for (int step = 0; step < 20; ++step) {
      chip.tiu.clock_mhz *= 1.0003;
      const Picoseconds now = length(program, chip);
      EXPECT_LE(now, before) << path << " at " << chip.tiu.clock_mhz << " MHz";
      before = now;
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

TEST(FasterHardware, NeverMakesAReferenceProgramOfBm1684Slower) {
  if (isa::test::reference_programs().empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  EXPECT_GT(check(isa::test::reference_programs(), isa::Family::kBm1684), 60);
}

TEST(FasterHardware, NeverMakesAReferenceProgramOfBm1684xSlower) {
  if (isa::test::reference_programs().empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  EXPECT_GT(check(isa::test::reference_programs(), isa::Family::kBm1684x), 70);
}

}  // namespace
}  // namespace bmemu::emulator
