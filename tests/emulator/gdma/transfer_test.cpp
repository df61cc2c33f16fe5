// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/transfer.h"

#include <gtest/gtest.h>

#include "emulator/dispatch/execute.h"
#include "emulator/gdma/bm1684x/movement.h"
#include "emulator/operand/operands.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "memory/chip_memory.h"
#include "tests/error_of.h"

namespace bmemu::emulator {
namespace {

using isa::bm1684x::DmaTensor;

/// [2,3,4,8] of f32 from DDR to local memory, contiguous.
DmaTensor load() {
  DmaTensor command;
  command.src_data_format = 2;
  command.nchw_copy = 1;
  command.src_nsize = 2, command.src_csize = 3, command.src_hsize = 4, command.src_wsize = 8;
  command.set_source(isa::kDdrBase + 0x1000);
  command.dst_start_addr_l32 = 0x08000000;
  return command;
}

Transfer transfer_of(const DmaTensor& command) {
  return transfer(isa::Instruction(isa::bm1684x::GdmaInstruction(command)), isa::load_chip("bm1684x"));
}

std::string error_of(const DmaTensor& command) {
  return bmemu::error_of([&] { transfer_of(command); });
}

TEST(Transfer, AContiguousTensorIsOneRun) {
  const Transfer moved = transfer_of(load());
  EXPECT_EQ(moved.direction, Direction::kS2L);
  EXPECT_EQ(moved.bytes, 768U);
  EXPECT_TRUE(moved.writes.empty());
  ASSERT_EQ(moved.reads.size(), 1U);
  EXPECT_EQ(moved.reads[0].space, isa::Space::kDdr);
  EXPECT_EQ(moved.reads[0].base, 0x100001000U);
  EXPECT_EQ(moved.reads[0].run_bytes, 768U);
  EXPECT_EQ(moved.reads[0].runs(), 1U);
}

TEST(Transfer, RowsWithGapsAreRunsInAsFewDimensionsAsPossible) {
  DmaTensor command = load();
  command.stride_enable = 1;
  command.src_nstride = 3 * 4 * 10, command.src_cstride = 4 * 10, command.src_hstride = 10, command.src_wstride = 1;
  command.dst_nstride = command.dst_cstride = 64, command.dst_hstride = 8, command.dst_wstride = 1;
  Transfer moved = transfer_of(command);
  ASSERT_EQ(moved.reads.size(), 1U);
  EXPECT_EQ(moved.reads[0].run_bytes, 32U);
  EXPECT_EQ(moved.reads[0].count, (std::array<std::uint32_t, 4>{1, 1, 1, 24}));
  EXPECT_EQ(moved.reads[0].stride[3], 40);
  command.src_cstride = 100, command.src_nstride = 1000;
  moved = transfer_of(command);
  EXPECT_EQ(moved.reads[0].count, (std::array<std::uint32_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(moved.reads[0].stride, (std::array<std::int64_t, 4>{0, 4000, 400, 40}));
  command.src_wstride = 2, command.src_hstride = 20;
  moved = transfer_of(command);
  EXPECT_EQ(moved.reads[0].run_bytes, 4U);
  EXPECT_EQ(moved.reads[0].count, (std::array<std::uint32_t, 4>{2, 3, 4, 8}));
  EXPECT_EQ(moved.reads[0].bytes(), 768U);
}

TEST(Transfer, AStoreWritesAndAFillReadsNothing) {
  DmaTensor command = load();
  std::swap(command.src_start_addr_l32, command.dst_start_addr_l32);
  std::swap(command.src_start_addr_h8, command.dst_start_addr_h8);
  Transfer moved = transfer_of(command);
  EXPECT_EQ(moved.direction, Direction::kL2S);
  EXPECT_TRUE(moved.reads.empty());
  EXPECT_EQ(moved.writes.size(), 1U);
  command.fill_constant_en = 1;
  moved = transfer_of(command);
  EXPECT_EQ(moved.direction, Direction::kS2S);
  EXPECT_TRUE(moved.reads.empty());
  EXPECT_EQ(moved.writes.size(), 1U);
  EXPECT_EQ(moved.bytes, 768U);
}

TEST(Transfer, AGatherReadsAsManyRowsAsItTakes) {
  isa::bm1684x::DmaGather command;
  command.src_data_format = 1;
  command.stride_enable = 1;
  command.set_source(isa::kDdrBase);
  command.set_index(isa::kDdrBase + 0x100000);
  command.set_destination(isa::kLocalBase);
  command.src_csize = 2, command.src_hsize = 100, command.src_wsize = 32;
  command.src_cstride = 3200, command.src_hstride = 32;
  command.index_csize = 1, command.index_hsize = 10, command.index_hstride = 1, command.index_cstride = 10;
  command.dst_cstride = 320, command.dst_hstride = 32;
  const Transfer moved = transfer(isa::Instruction(isa::bm1684x::GdmaInstruction(command)), isa::load_chip("bm1684x"));
  EXPECT_EQ(moved.bytes, 2U * 10 * 64);
  ASSERT_EQ(moved.reads.size(), 2U);
  EXPECT_EQ(moved.reads[0].bytes(), moved.bytes);
  EXPECT_EQ(moved.reads[1].bytes(), 40U);
}

TEST(Transfer, WhatCannotBeKnownOrLeavesItsMemoryIsRefused) {
  DmaTensor command = load();
  command.decompress_enable = 1;
  EXPECT_EQ(error_of(command), "E-FUNCTION-UNKNOWN");
  command = load();
  command.cmd_special_function = 7;
  EXPECT_EQ(error_of(command), "E-FUNCTION-UNKNOWN");
  command = load();
  command.src_data_format = 6;
  EXPECT_EQ(error_of(command), "E-OPERAND-FORMAT");
  command = load();
  command.src_start_addr_h8 = 0;
  command.src_start_addr_l32 = 0x101FFFFC;  // the last word of L2
  EXPECT_EQ(error_of(command), "E-OPERAND-RANGE");
  command.src_start_addr_l32 = 0x20000000;
  EXPECT_EQ(error_of(command), "E-MEMORY-RANGE");
}

TEST(Transfer, SizesWhoseProductsPass64BitsAreRefused) {
  for (const bool local : {false, true}) {
    DmaTensor command = load();
    command.stride_enable = 0;
    command.src_nsize = command.src_csize = command.src_hsize = command.src_wsize = 0xFFFF;
    if (!local) command.dst_start_addr_h8 = 1;
    EXPECT_EQ(error_of(command), "E-OPERAND-RANGE");
  }
}

TEST(Transfer, ALinearCopyThatGoesOnBehindTheLastLaneIsRefused) {
  isa::bm1684x::DmaGeneral command;
  command.src_data_format = 0;
  command.src_start_addr_l32 = 0x08000000;
  command.dst_start_addr_h8 = 1;
  const auto chip = isa::load_chip("bm1684x");
  const auto error_at = [&](std::uint64_t length) {
    command.src_cstride = length;
    try {
      transfer(isa::Instruction(isa::bm1684x::GdmaInstruction(command)), chip);
    } catch (const Error& error) {
      return error.id();
    }
    return std::string("no error");
  };
  const auto local_bytes = static_cast<std::uint64_t>(chip.tiu.lanes * chip.local_memory.lane_bytes);
  EXPECT_EQ(error_at(local_bytes), "no error");
  EXPECT_EQ(error_at(local_bytes + 1), "E-OPERAND-RANGE");
  EXPECT_EQ(error_at(0xFFFFFFFF), "E-OPERAND-RANGE");
}

// Results that overlap are cut channel by channel: a command of absurd sizes has a time, and its values are refused.
TEST(Transfer, AMaskDoesNotCutACommandIntoMillionsOfPieces) {
  isa::bm1684x::DmaCwTranspose command;
  command.stride_enable = 1;
  command.src_nsize = command.src_csize = command.dst_nsize = command.dst_wsize = 60'000;
  command.src_hsize = command.dst_hsize = 1;
  command.src_wsize = command.dst_csize = 2;
  command.set_source(isa::kDdrBase);
  command.dst_start_addr_l32 = 0x08000000;
  command.localmem_mask_l32 = 0x55555555;
  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  EXPECT_EQ(operands(isa::Instruction(isa::bm1684x::GdmaInstruction(command)), chip).size(), 2U);
  EXPECT_EQ(gdma::movement(command, chip).values_unknown, Refusal::kManyPieces);
  memory::ChipMemory memory(chip);
  EXPECT_EQ(bmemu::error_of([&] { execute(command, chip, memory); }), "E-FUNCTION-UNKNOWN");
}

TEST(Transfer, AMessageNamesTheAddressAndTheRoom) {
  DmaTensor command = load();
  command.dst_start_addr_l32 = 0x0803FFC0;  // 64 bytes before the end of lane 0
  try {
    operands(isa::Instruction(isa::bm1684x::GdmaInstruction(command)), isa::load_chip("bm1684x"));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-OPERAND-RANGE");
    EXPECT_NE(error.place().find("0x803ffc0 in local"), std::string::npos) << error.place();
    EXPECT_NE(error.legal().find("262143"), std::string::npos) << error.legal();
  }
}

}  // namespace
}  // namespace bmemu::emulator
