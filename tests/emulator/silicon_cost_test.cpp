// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What silicon adds to ideal costs, by hand for small commands.
#include "emulator/dispatch/silicon_cost.h"

#include <gtest/gtest.h>

#include "emulator/dispatch/ideal_cost.h"
#include "emulator/tiu/bm1684x/silicon.h"
#include "isa/chip/chip_file.h"

namespace bmemu::emulator {
namespace {

isa::ChipSpec chip_with(std::initializer_list<const char*> settings) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  for (const char* neutral :
       {"silicon.tiu_start_cycles=0", "silicon.cube_drain_cycles=0", "silicon.cube_line_cycles=0",
        "silicon.cube_16bit_ratio=1", "silicon.window_row_share=0", "silicon.matmul_f32_ratio=1",
        "silicon.gather_ratio=1", "silicon.dma_start_ns=0", "silicon.dma_time_ratio=1", "silicon.dma_row_ratio=1"})
    isa::apply_setting(chip, neutral);
  for (const char* setting : settings) isa::apply_setting(chip, setting);
  return chip;
}

/// 64 output channels, 16 input channels, a plane of `size` x `size` in and out.
isa::bm1684x::Conv conv(std::uint64_t precision, std::uint64_t size, std::uint64_t kernel) {
  isa::bm1684x::Conv f;
  f.opd0_prec = f.opd1_prec = f.res0_prec = precision;
  f.res0_n = f.opd0_n = 1;
  f.res0_c = 64;
  f.opd0_c = 16;
  f.res0_h = f.res0_w = f.opd0_h = f.opd0_w = size;
  f.opd1_h = f.opd1_w = kernel;
  f.res_op_x_str = f.res_op_y_str = 1;
  return f;
}

CostBreakdown cost_of(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  return silicon_cost(instruction, ideal_cost(instruction, chip), chip);
}
CostBreakdown cost_of(const isa::bm1684x::Conv& f, const isa::ChipSpec& chip) {
  return cost_of(isa::Instruction(isa::bm1684x::TiuInstruction(f)), chip);
}

TEST(SiliconCost, WindowsThatBeginAtARowReadOneRowOthersTwo) {
  EXPECT_DOUBLE_EQ(extra_window_rows(16, 32, 32, 1, 1, 1), 0.0);
  EXPECT_DOUBLE_EQ(extra_window_rows(16, 32, 32, 3, 1, 1), 2.0 / 3);    // the middle tap is aligned, its neighbours not
  EXPECT_DOUBLE_EQ(extra_window_rows(16, 17, 17, 1, 1, 1), 15.0 / 16);  // one line of sixteen begins at a row
  EXPECT_DOUBLE_EQ(extra_window_rows(16, 64, 32, 1, 2, 1), 1.0);        // every second pixel of two rows
}

TEST(SiliconCost, NeutralParametersLeaveTheIdealCostExceptLinesOf32BitWindows) {
  const isa::ChipSpec chip = chip_with({});
  const auto f = conv(1, 24, 3);
  EXPECT_EQ(cost_of(f, chip).total(), ideal_cost(isa::bm1684x::TiuInstruction(f), chip).total());
  // 32 bits: 24 lines of two rows of execution units instead of 36 rows of the plane, 9 taps, 16 channels.
  EXPECT_EQ(cost_of(conv(2, 24, 3), chip).total(), 24 * 2 * 9 * 16);
  EXPECT_EQ(cost_of(conv(2, 24, 1), chip).total(), 36 * 16);  // a kernel of one pixel knows no lines
}

TEST(SiliconCost, EveryParameterAddsWhatItSays) {
  const auto f16 = conv(1, 16, 3);
  const auto f32 = conv(2, 32, 3);
  const auto base16 = cost_of(f16, chip_with({})).total();
  const auto base32 = cost_of(f32, chip_with({})).total();
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.tiu_start_cycles=50"})).total(), base16 + 50);
  // 256 pixels in blocks of 4, each of 9 taps x 1 step of channels.
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.cube_drain_cycles=12"})).total(), base16 + 3 * 64);
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.cube_drain_cycles=9"})).total(), base16);
  EXPECT_EQ(cost_of(f32, chip_with({"silicon.cube_drain_cycles=12"})).total(), base32);
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.cube_line_cycles=20"})).total(), base16 + 11 * 16);  // 16 lines
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.cube_line_cycles=9"})).total(), base16);
  EXPECT_EQ(cost_of(f32, chip_with({"silicon.cube_line_cycles=999"})).total(), base32);
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.cube_16bit_ratio=1.5"})).total(), base16 + 64 * 9 / 2);
  EXPECT_EQ(cost_of(conv(0, 16, 3), chip_with({"silicon.cube_16bit_ratio=1.5"})).total(),
            cost_of(conv(0, 16, 3), chip_with({})).total());
  EXPECT_EQ(cost_of(f32, chip_with({"silicon.window_row_share=1"})).total(), base32 * 5 / 3);
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.window_row_share=1"})).total(), base16);
}

TEST(SiliconCost, ResultsInFewerLanesLeaveTheCubeSooner) {
  auto f = conv(1, 16, 1);  // one step a block
  const isa::ChipSpec chip = chip_with({"silicon.cube_drain_cycles=16"});
  EXPECT_EQ(cost_of(f, chip)[Cause::kFill], 64 * 15);
  f.res0_c = 16;
  EXPECT_EQ(cost_of(f, chip)[Cause::kFill], 64 * 3);
  f.res0_c = 80;
  EXPECT_EQ(cost_of(f, chip)[Cause::kFill], 64 * (15 + 3));
  f.res0_addr = 32 * std::uint64_t(chip.local_memory.lane_bytes);  // 32 results in the upper lanes, 48 in the next row
  EXPECT_EQ(cost_of(f, chip)[Cause::kFill], 64 * (7 + 11));
}

/// 100 x 70 result, one row per lane, 96 in between.
isa::Instruction product_of(std::uint64_t precision) {
  isa::bm1684x::Mm2 f;
  f.tsk_eu_typ = 4;  // nn
  f.opd0_prec = f.res0_prec = precision;
  f.res0_c = 100;
  f.res0_w = f.opd1_w = 70;
  f.opd1_c = 96;
  return isa::bm1684x::TiuInstruction(f);
}

TEST(SiliconCost, ProductsInTheCubeMakeBlocksOfFourColumnsAsConvolutionsDoOfFourPixels) {
  const auto base = cost_of(product_of(1), chip_with({}));
  EXPECT_EQ(base.total(), 2 * 18 * 3);  // rows in lanes, columns by four, 32 channels a cycle
  const auto slow = cost_of(product_of(1), chip_with({"silicon.cube_drain_cycles=16"}));
  EXPECT_EQ(slow[Cause::kFill], 18 * ((16 - 3) + (16 * 36 / 64 - 3)));  // 64 rows, then 36
  EXPECT_EQ(slow.total(), base.total() + slow[Cause::kFill]);
  EXPECT_EQ(cost_of(product_of(1), chip_with({"silicon.cube_drain_cycles=3"})).total(), base.total());
  EXPECT_EQ(cost_of(product_of(1), chip_with({"silicon.cube_16bit_ratio=2"})).total(), 2 * base.total());
  EXPECT_EQ(cost_of(product_of(2), chip_with({"silicon.cube_drain_cycles=99"})).total(),  // 32 bits: no cube
            cost_of(product_of(2), chip_with({})).total());
}

TEST(SiliconCost, ProductsOf32BitsInMatrixLayoutTakeTheirRatio) {
  isa::bm1684x::Mm f;
  f.opd0_prec = f.res0_prec = 2;
  f.opd0_n = 8;
  f.opd0_c = 4;
  f.opd0_w = f.opd1_w = f.res0_w = 16;
  f.res0_c = 48;
  f.opd2_const = 1;
  const isa::Instruction product = isa::bm1684x::TiuInstruction(f);
  EXPECT_EQ(cost_of(product, chip_with({})).total(), 8 * 64);
  EXPECT_EQ(cost_of(product, chip_with({"silicon.matmul_f32_ratio=3"}))[Cause::kSupply], 2 * 8 * 64);
}

TEST(SiliconCost, TransfersPayTheirStartAndTheirShareOfBytesAndRows) {
  isa::bm1684x::DmaTensor load;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.dst_nsize = 1;
  load.src_csize = load.dst_csize = 64;
  load.src_hsize = load.dst_hsize = 1;
  load.src_wsize = load.dst_wsize = 16;  // rows of 64 bytes count as 256
  load.src_start_addr_h8 = 1;
  load.dst_start_addr_l32 = 0x08000000;
  const isa::Instruction instruction = isa::bm1684x::GdmaInstruction(load);
  const CostBreakdown ideal = ideal_cost(instruction, chip_with({}));
  const CostBreakdown slow = cost_of(
      instruction, chip_with({"silicon.dma_start_ns=100", "silicon.dma_time_ratio=2", "silicon.dma_row_ratio=0.5"}));
  EXPECT_EQ(slow[Cause::kDescriptor], 100);
  EXPECT_NEAR(double(slow[Cause::kTransfer]), 2.0 * double(ideal[Cause::kTransfer]), 1);
  EXPECT_NEAR(double(slow[Cause::kRow]), 0.5 * double(ideal[Cause::kRow]), 1);
}

}  // namespace
}  // namespace bmemu::emulator
