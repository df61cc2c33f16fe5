// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How the two engines, their queues and the synchronisation between them order commands in time.
#include <gtest/gtest.h>

#include <algorithm>

#include "emulator/check/hazard.h"
#include "emulator/chip/run.h"
#include "emulator/dispatch/ideal_cost.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "kernels/command_list.h"

namespace bmemu::emulator {
namespace {

using isa::Engine;

struct Recorder : Listener {
  std::vector<CommandEvent> events;
  std::vector<Hazard> hazards;
  void on_hazard(const Hazard& hazard) override { hazards.push_back(hazard); }
  int starts = 0;
  int ends = 0;
  void on_start(const RunStart&) override { ++starts; }
  void on_command(const CommandEvent& event) override { events.push_back(event); }
  void on_end(const RunEnd&) override { ++ends; }
  const CommandEvent& at(Engine engine, std::uint32_t id) const {
    return *std::find_if(events.begin(), events.end(), [&](const auto& e) { return e.engine == engine && e.id == id; });
  }
};

/// An elementwise add over `w` elements per lane; reads and writes banks that no DMA of these tests touches.
isa::Instruction add_command(std::uint64_t w) {
  isa::bm1684x::Ar add;
  add.cmd_short = 1;
  add.tsk_eu_typ = 2;
  add.tsk_opd_num = 2;
  add.res0_prec = add.opd0_prec = add.opd1_prec = 2;
  add.res0_n = 1;
  add.res0_c = 64;
  add.res0_h = 1;
  add.res0_w = w;
  add.opd0_addr = 0x4000;
  add.opd1_addr = 0x8000;
  add.res0_addr = 0xC000;
  return isa::bm1684x::TiuInstruction(add);
}

/// A load of `w` f32 elements per lane to `offset` in all lanes.
isa::Instruction load_command(std::uint64_t w, std::uint64_t offset = 0) {
  isa::bm1684x::DmaTensor load;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.dst_nsize = 1;
  load.src_csize = load.dst_csize = 64;
  load.src_hsize = load.dst_hsize = 1;
  load.src_wsize = load.dst_wsize = w;
  load.set_source(isa::kDdrBase + 0);
  load.dst_start_addr_l32 = 0x08000000 + offset;
  return isa::bm1684x::GdmaInstruction(load);
}

isa::ChipSpec chip_with(std::initializer_list<const char*> settings = {}) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  for (const char* plain : {"launch.overhead_us=0", "silicon.tiu_start_cycles=0", "silicon.dma_start_ns=0"})
    isa::apply_setting(chip, plain);
  for (const char* setting : settings) isa::apply_setting(chip, setting);
  return chip;
}

TEST(Sequencing, AnEngineExecutesItsCommandsInOrderWithoutGaps) {
  kernels::CommandList list(isa::Family::kBm1684x);
  for (int i = 0; i < 4; ++i) list.add(add_command(160));
  Recorder recorder;
  run(list.finish("four adds"), chip_with(), {}, {&recorder});
  for (std::uint32_t id = 2; id <= 4; ++id)
    EXPECT_EQ(recorder.at(Engine::kTiu, id).begin_ps, recorder.at(Engine::kTiu, id - 1).end_ps);
  EXPECT_EQ(recorder.at(Engine::kTiu, 1).begin_ps, 0);
  EXPECT_GT(recorder.at(Engine::kTiu, 1).end_ps, 0);
}

TEST(Sequencing, ACommandStartsExactlyWhenTheIdItWaitsForHasCompleted) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(load_command(1024));
  list.add(load_command(1024, 0x1000));
  list.add(add_command(16), 1);
  list.add(add_command(16), 2);
  Recorder recorder;
  run(list.finish("loads then adds"), chip_with(), {}, {&recorder});
  const auto& first_add = recorder.at(Engine::kTiu, 1);
  EXPECT_EQ(first_add.begin_ps, recorder.at(Engine::kGdma, 1).end_ps);
  EXPECT_EQ(first_add.blocker, Blocker::kOtherEngine);
  EXPECT_EQ(first_add.stack[static_cast<std::size_t>(Cause::kSync)], first_add.begin_ps);
  EXPECT_EQ(recorder.at(Engine::kTiu, 2).begin_ps, recorder.at(Engine::kGdma, 2).end_ps);
}

TEST(Sequencing, EnginesOverlapWhenNothingOrdersThem) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(load_command(1024));
  list.add(add_command(16));
  Recorder recorder;
  run(list.finish("unordered"), chip_with(), {}, {&recorder});
  EXPECT_EQ(recorder.at(Engine::kTiu, 1).begin_ps, 0);
  EXPECT_EQ(recorder.at(Engine::kGdma, 1).begin_ps, 0);
}

TEST(Sequencing, FetchingHoldsTheFirstCommandUpAndIsHiddenBehindLongOnes) {
  kernels::CommandList list(isa::Family::kBm1684x);
  for (int i = 0; i < 3; ++i) list.add(add_command(16000));  // 1000 cycles each
  Recorder recorder;
  run(list.finish("fetch"), chip_with({"queue.fetch_ns=100"}), {}, {&recorder});
  const auto fetch = static_cast<std::size_t>(Cause::kFetch);
  EXPECT_EQ(recorder.at(Engine::kTiu, 1).begin_ps, 100000);
  EXPECT_EQ(recorder.at(Engine::kTiu, 1).stack[fetch], 100000);
  EXPECT_EQ(recorder.at(Engine::kTiu, 2).stack[fetch], 0);
}

TEST(Sequencing, ADeeperQueueHidesMoreFetching) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_command(16000));
  for (int i = 0; i < 6; ++i) list.add(add_command(16));
  const isa::Program program = list.finish("queue depth");
  const auto shallow = run(program, chip_with({"queue.fetch_ns=100", "queue.tiu_depth=1"}), {}, {}).length_ps;
  const auto deep = run(program, chip_with({"queue.fetch_ns=100", "queue.tiu_depth=8"}), {}, {}).length_ps;
  EXPECT_LT(deep, shallow);
}

TEST(Sequencing, TheLaunchComesBeforeTheFirstCommandOfBothEngines) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_command(16));
  list.add(load_command(16));
  Recorder recorder;
  run(list.finish("launch"), chip_with({"launch.overhead_us=7"}), {}, {&recorder});
  for (const Engine engine : {Engine::kTiu, Engine::kGdma}) {
    EXPECT_EQ(recorder.at(engine, 1).begin_ps, 7000000);
    EXPECT_EQ(recorder.at(engine, 1).stack[static_cast<std::size_t>(Cause::kLaunch)], 7000000);
  }
}

TEST(Sequencing, CausesOfEachEngineSumToTheLengthOfTheRunExactly) {
  kernels::CommandList list(isa::Family::kBm1684x);
  for (int i = 0; i < 50; ++i) {
    list.add(load_command(100 + 37 * i));
    if (i % 3 == 0) list.order();
    list.add(add_command(1 + 23 * i));
  }
  isa::Program program = list.finish("mixed");
  program.groups.push_back(program.groups.front());
  program.groups.back().tiu.group = program.groups.back().gdma.group = 1;
  Recorder recorder;
  const RunEnd end = run(program, chip_with({"tiu.clock_mhz=873.1", "queue.fetch_ns=30.5", "launch.overhead_us=1.5"}),
                         {HazardCheck::kOff, nullptr}, {&recorder});
  Picoseconds tiu = total(end.tiu_tail);
  Picoseconds gdma = total(end.gdma_tail);
  for (const auto& event : recorder.events) {
    (event.engine == Engine::kTiu ? tiu : gdma) += total(event.stack);
    EXPECT_EQ(event.previous_end_ps + total(event.stack), event.end_ps);
    EXPECT_LE(event.previous_end_ps, event.begin_ps);
    EXPECT_LE(event.begin_ps, event.end_ps);
    for (const auto t : event.stack) EXPECT_GE(t, 0);
  }
  EXPECT_EQ(tiu, end.length_ps);
  EXPECT_EQ(gdma, end.length_ps);
}

TEST(Sequencing, GroupsRunOneAfterTheOther) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(load_command(4096));
  list.add(add_command(16));
  isa::Program program = list.finish("two groups");
  program.groups.push_back(program.groups.front());
  program.groups.back().tiu.group = program.groups.back().gdma.group = 1;
  Recorder recorder;
  run(program, chip_with(), {}, {&recorder});
  Picoseconds first_group_end = 0;
  for (const auto& event : recorder.events)
    if (event.group == 0) first_group_end = std::max(first_group_end, event.end_ps);
  for (const auto& event : recorder.events) {
    if (event.group == 1) {
      EXPECT_GE(event.begin_ps, first_group_end);
    }
  }
}

TEST(Sequencing, AWaitThatCanNeverBeMetIsReportedWithBothHeads) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_command(16), 2);
  list.add(load_command(16));
  list.add(load_command(16), 1);
  const isa::Program program = list.finish("deadlock");
  try {
    run(program, chip_with(), {}, {});
    FAIL() << "ran to its end";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-RUN-DEADLOCK");
    EXPECT_NE(e.value().find("tiu group 0 command 0"), std::string::npos) << e.value();
    EXPECT_NE(e.value().find("waits for gdma id 2"), std::string::npos) << e.value();
    EXPECT_NE(e.value().find("gdma group 0 command 1"), std::string::npos) << e.value();
    EXPECT_NE(e.value().find("waits for tiu id 1"), std::string::npos) << e.value();
  }
}

TEST(Sequencing, TheNextRunIsUnharmedByADeadlock) {
  kernels::CommandList bad(isa::Family::kBm1684x);
  bad.add(add_command(16), 9);
  kernels::CommandList good(isa::Family::kBm1684x);
  good.add(load_command(64));
  good.order();
  good.add(add_command(16));
  const isa::Program program = good.finish("good");
  const auto before = run(program, chip_with(), {}, {}).length_ps;
  EXPECT_THROW(run(bad.finish("bad"), chip_with(), {}, {}), Error);
  Recorder recorder;
  EXPECT_EQ(run(program, chip_with(), {}, {&recorder}).length_ps, before);
  EXPECT_EQ(recorder.events.size(), 4U);  // with the two end commands
  EXPECT_EQ(recorder.starts, 1);
  EXPECT_EQ(recorder.ends, 1);
}

TEST(Sequencing, AProgramOfTheOtherChipIsRefused) {
  kernels::CommandList list(isa::Family::kBm1684);
  isa::bm1684::Ar add;
  list.add(isa::bm1684::TiuInstruction(add));
  try {
    run(list.finish("for BM1684"), chip_with(), {}, {});
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-CHIP-PROGRAM");
  }
}

TEST(Sequencing, IdealTimeIsTheDependencyReplayOfIdealCosts) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(load_command(1024));
  list.order();
  list.add(add_command(1600));
  const isa::ChipSpec chip = chip_with({"launch.overhead_us=100"});
  const RunEnd end = run(list.finish("chain"), chip, {}, {});
  const auto cycles = ideal_cost(load_command(1024), chip).total() + ideal_cost(add_command(1600), chip).total();
  EXPECT_EQ(end.ideal_ps, cycles * 1000);
}

TEST(Hazards, ALoadThatOverwritesAnOperandWithoutAWaitIsReported) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_command(16));
  list.add(load_command(16, 0x4000));
  const isa::Program program = list.finish("missing wait");
  Recorder recorder;
  run(program, chip_with(), {}, {&recorder});
  ASSERT_EQ(recorder.hazards.size(), 1U);
  EXPECT_EQ(recorder.hazards[0].first_shared_byte, 0x4000U);
  EXPECT_EQ(recorder.hazards[0].kind, HazardKind::kReadInFlight);
  try {
    run(program, chip_with(), {HazardCheck::kError, nullptr}, {});
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-RUN-HAZARD");
    EXPECT_NE(e.place().find("tiu group 0 command 0"), std::string::npos) << e.place();
    EXPECT_NE(e.place().find("gdma group 0 command 0"), std::string::npos) << e.place();
    EXPECT_NE(e.place().find("lane 0 offset 0x4000"), std::string::npos) << e.place();
  }
  Recorder silent;
  run(program, chip_with(), {HazardCheck::kOff, nullptr}, {&silent});
  EXPECT_TRUE(silent.hazards.empty());
}

TEST(Hazards, AWaitInEitherDirectionOrdersTheCommands) {
  kernels::CommandList load_first(isa::Family::kBm1684x);
  load_first.add(load_command(16, 0x4000));
  load_first.order();
  load_first.add(add_command(16));
  EXPECT_NO_THROW(run(load_first.finish("load first"), chip_with(), {HazardCheck::kError, nullptr}, {}));

  kernels::CommandList add_first(isa::Family::kBm1684x);
  add_first.add(add_command(16));
  add_first.order();
  add_first.add(load_command(16, 0x4000));
  EXPECT_NO_THROW(run(add_first.finish("add first"), chip_with(), {HazardCheck::kError, nullptr}, {}));
}

TEST(Hazards, AWaitOfAnEarlierCommandOfTheSameEngineCounts) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(load_command(16, 0x4000));
  isa::Instruction elsewhere = add_command(16);
  list.add(elsewhere, 1);
  list.add(add_command(16), 0);
  EXPECT_NO_THROW(run(list.finish("inherited wait"), chip_with(), {HazardCheck::kError, nullptr}, {}));
}

TEST(Hazards, NeighboursInTheSameBankDoNotConflict) {
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(add_command(16));  // reads 0x4000..0x403F of every lane
  list.add(load_command(16, 0x4000 + 64));
  EXPECT_NO_THROW(run(list.finish("neighbours"), chip_with(), {HazardCheck::kError, nullptr}, {}));
}

}  // namespace
}  // namespace bmemu::emulator
