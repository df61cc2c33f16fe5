// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include "emulator/chip/run.h"
#include "harness/measure/measurement.h"
#include "harness/report/run_text.h"
#include "harness/report/saved/result_json.h"
#include "isa/chip/chip_file.h"
#include "kernels/command_list.h"

namespace bmemu::harness {
namespace {

/// `count` additions that read what as many loads overwrite, in no order.
isa::Program racy_program(int count) {
  isa::bm1684x::Ar add;
  add.cmd_short = 1;
  add.tsk_eu_typ = 2;
  add.tsk_opd_num = 2;
  add.res0_prec = add.opd0_prec = add.opd1_prec = 2;
  add.res0_n = add.res0_h = 1;
  add.res0_c = 64;
  add.res0_w = 16;
  add.opd0_addr = 0x4000;
  add.opd1_addr = 0x8000;
  add.res0_addr = 0xC000;
  isa::bm1684x::DmaTensor load;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.dst_nsize = load.src_hsize = load.dst_hsize = 1;
  load.src_csize = load.dst_csize = 64;
  load.src_wsize = load.dst_wsize = 16;
  load.src_start_addr_h8 = 1;
  load.dst_start_addr_l32 = 0x08004000;
  kernels::CommandList list(isa::Family::kBm1684x);
  for (int i = 0; i < count; ++i) {
    list.add(isa::bm1684x::TiuInstruction(add));
    list.add(isa::bm1684x::GdmaInstruction(load));
  }
  return list.finish("racy");
}

TEST(MissingWaits, AreInTheReportAndInTheResult) {
  const isa::Program program = racy_program(3);
  Measurement measurement;
  emulator::run(program, isa::load_chip("bm1684x"), {}, measurement.listeners());
  const RunResult& result = measurement.result();
  ASSERT_EQ(result.hazards.size(), 9U) << "each of three with each of three";
  const auto json = result_json(result);
  EXPECT_EQ(json["hazards"].size(), 9U);
  EXPECT_EQ(json["hazards"][0]["where"], result.hazards[0].where);
  const std::string text = run_text(result);
  EXPECT_NE(text.find("missing waits between the engines: 9 pairs"), std::string::npos) << text;
  EXPECT_NE(text.find(result.hazards[2].where), std::string::npos);
  EXPECT_NE(text.find("... (all of them in --json)"), std::string::npos) << "three are shown";
}

TEST(MissingWaits, AreNotReportedWhenNobodyLooks) {
  Measurement measurement;
  const isa::Program program = racy_program(1);
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  emulator::run(program, isa::load_chip("bm1684x"), options, measurement.listeners());
  EXPECT_TRUE(measurement.result().hazards.empty());
  EXPECT_EQ(run_text(measurement.result()).find("missing waits"), std::string::npos);
}

}  // namespace
}  // namespace bmemu::harness
