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
  for (const char* neutral : {"silicon.board_ratio=1", "silicon.tiu_start_cycles=0", "silicon.cube_ratio=1",
                              "silicon.special_ratio=1", "silicon.window_row_share=0", "silicon.matmul_f32_ratio=1",
                              "silicon.dma_start_ns=0", "silicon.dma_time_ratio=1", "silicon.dma_row_cycles=0"})
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

TEST(SiliconCost, NeutralParametersLeaveTheIdealCost) {
  const isa::ChipSpec chip = chip_with({});
  for (const std::uint64_t precision : {0, 1, 2}) {
    const auto f = conv(precision, 24, 3);
    EXPECT_EQ(cost_of(f, chip).total(), ideal_cost(isa::bm1684x::TiuInstruction(f), chip).total());
  }
  EXPECT_EQ(cost_of(conv(2, 24, 3), chip).total(), 36 * 9 * 16) << "a whole plane of 576 pixels, 16 at a time";
}

TEST(SiliconCost, EveryParameterAddsWhatItSays) {
  const auto f16 = conv(1, 16, 3);
  const auto f32 = conv(2, 32, 3);
  const auto base16 = cost_of(f16, chip_with({})).total();
  const auto base32 = cost_of(f32, chip_with({})).total();
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.tiu_start_cycles=50"})).total(), base16 + 50);
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.board_ratio=1.5", "silicon.tiu_start_cycles=50"})).total(),
            (base16 + 50) * 3 / 2)
      << "a clock slows all of a command";
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.cube_ratio=1.5"})).total(), base16 * 3 / 2);
  EXPECT_EQ(cost_of(conv(0, 16, 3), chip_with({"silicon.cube_ratio=1.5"})).total(),
            cost_of(conv(0, 16, 3), chip_with({})).total() * 3 / 2);
  EXPECT_EQ(cost_of(f32, chip_with({"silicon.cube_ratio=1.5"})).total(), base32) << "32 bits do without the cube";
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.special_ratio=1.5"})).total(), base16);
  EXPECT_EQ(cost_of(f32, chip_with({"silicon.window_row_share=1"})).total(), base32 * 5 / 3);
  EXPECT_EQ(cost_of(f16, chip_with({"silicon.window_row_share=1"})).total(), base16);
}

/// Cost with a `special_ratio` of 2 over that without.
template <class T>
double special_ratio_of(T f) {
  f.res0_n = f.opd0_n = 1;
  f.res0_c = f.opd0_c = 64;
  f.res0_h = f.res0_w = f.opd0_h = f.opd0_w = 64;
  const isa::Instruction command = isa::bm1684x::TiuInstruction(f);
  const auto base = cost_of(command, chip_with({})).total();
  EXPECT_GT(base, 10);
  return double(cost_of(command, chip_with({"silicon.special_ratio=2"})).total()) / double(base);
}

TEST(SiliconCost, DivisionsSeriesAndTablesTakeTheSpecialRatioOtherCommandsDoNot) {
  using isa::bm1684x::Ar;
  Ar sum, quotient;
  sum.tsk_opd_num = quotient.tsk_opd_num = 2;
  sum.tsk_eu_typ = static_cast<std::uint64_t>(Ar::Op::kAdd);
  quotient.tsk_eu_typ = static_cast<std::uint64_t>(Ar::Op::kDivide);
  EXPECT_DOUBLE_EQ(special_ratio_of(sum), 1);
  EXPECT_DOUBLE_EQ(special_ratio_of(quotient), 2);
  EXPECT_DOUBLE_EQ(special_ratio_of(isa::bm1684x::Sfu()), 2);
  EXPECT_DOUBLE_EQ(special_ratio_of(isa::bm1684x::Sg()), 2);
  isa::bm1684x::PorD window;
  window.opd1_h = window.opd1_w = 2;
  EXPECT_DOUBLE_EQ(special_ratio_of(window), 1);
}

TEST(SiliconCost, OnBm1684DivisionsAloneTakeTheSpecialRatio) {
  const auto cost_with = [](isa::bm1684::EuOp op, const char* ratio) {
    isa::ChipSpec chip = isa::load_chip("bm1684");
    isa::apply_setting(chip, "silicon.tiu_start_cycles=0");
    isa::apply_setting(chip, std::string("silicon.special_ratio=") + ratio);
    isa::bm1684::MdScalar f;
    f.tsk_eu_typ = static_cast<std::uint64_t>(op);
    f.res0_n = 1;
    f.res0_c = 64;
    f.res0_h = f.res0_w = 64;
    return cost_of(isa::bm1684::TiuInstruction(f), chip).total();
  };
  using isa::bm1684::EuOp;
  ASSERT_GT(cost_with(EuOp::kDivide, "1"), 100);
  EXPECT_EQ(cost_with(EuOp::kDivide, "2"), 2 * cost_with(EuOp::kDivide, "1"));
  EXPECT_EQ(cost_with(EuOp::kAdd, "2"), cost_with(EuOp::kAdd, "1"));
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

TEST(SiliconCost, ProductsInTheCubeTakeItsRatioAsConvolutionsDo) {
  const auto base = cost_of(product_of(1), chip_with({}));
  EXPECT_EQ(base.total(), 2 * 18 * 3);  // rows in lanes, columns by four, 32 channels a cycle
  EXPECT_EQ(cost_of(product_of(1), chip_with({"silicon.cube_ratio=2"})).total(), 2 * base.total());
  EXPECT_EQ(cost_of(product_of(2), chip_with({"silicon.cube_ratio=2"})).total(),  // 32 bits: no cube
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

isa::bm1684x::DmaTensor rows_of(std::uint64_t channels, std::uint64_t words) {
  isa::bm1684x::DmaTensor load;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.dst_nsize = 1;
  load.src_csize = load.dst_csize = channels;
  load.src_hsize = load.dst_hsize = 1;
  load.src_wsize = load.dst_wsize = words;
  load.src_hstride = load.src_cstride = words;
  load.src_start_addr_h8 = 1;
  load.dst_start_addr_l32 = 0x08000000;
  return load;
}

/// The same bytes from local to system memory.
isa::bm1684x::DmaTensor stored(isa::bm1684x::DmaTensor load) {
  std::swap(load.src_start_addr_h8, load.dst_start_addr_h8);
  std::swap(load.src_start_addr_l32, load.dst_start_addr_l32);
  load.dst_hstride = load.dst_cstride = load.src_wsize;
  return load;
}

TEST(SiliconCost, RowsThatALoadReadsInOrderTakeACycle) {
  const isa::ChipSpec chip = chip_with({"silicon.dma_row_cycles=10"});
  isa::bm1684x::DmaTensor load = rows_of(1000, 1);
  const auto cycles = [&] { return cost_of(isa::Instruction(isa::bm1684x::GdmaInstruction(load)), chip).total(); };
  EXPECT_EQ(cycles(), 1000);
  load.src_cstride = 64;
  EXPECT_EQ(cycles(), 10000) << "read from places that are apart";
  load.src_cstride = 1;
  load.cmd_special_function = std::uint64_t(isa::bm1684x::DmaTensor::Op::kTransposeNc);
  load.src_nsize = 2;
  load.src_nstride = 1000;
  EXPECT_EQ(cycles(), 20000) << "read in another order";
  load = rows_of(1000, 1);
  EXPECT_EQ(
      cost_of(isa::Instruction(isa::bm1684x::GdmaInstruction(load)), chip_with({"silicon.dma_row_cycles=0.5"})).total(),
      500)
      << "no more than other rows";
}

TEST(SiliconCost, TransfersPayTheirStartTheirBytesAndTheirRows) {
  const isa::Instruction shorts = isa::bm1684x::GdmaInstruction(rows_of(64, 16));  // rows of 64 bytes
  const CostBreakdown ideal = ideal_cost(shorts, chip_with({}));
  const CostBreakdown slow = cost_of(shorts, chip_with({"silicon.dma_start_ns=100", "silicon.dma_time_ratio=2"}));
  EXPECT_EQ(slow[Cause::kDescriptor], 100);
  EXPECT_NEAR(double(slow[Cause::kTransfer]), 2.0 * double(ideal[Cause::kTransfer]), 2);
  EXPECT_EQ(slow[Cause::kRow], 0);
  const isa::Instruction store = isa::bm1684x::GdmaInstruction(stored(rows_of(64, 16)));
  EXPECT_EQ(cost_of(store, chip_with({"silicon.dma_row_cycles=10"})).total(), 640) << "rows outlast their bytes";
  const isa::Instruction longs = isa::bm1684x::GdmaInstruction(rows_of(64, 1024));
  EXPECT_EQ(cost_of(longs, chip_with({"silicon.dma_row_cycles=10"})).total(), cost_of(longs, chip_with({})).total());
}

TEST(SiliconCost, HowManyControllersATransferReachesIsLeftToTheMemory) {
  const isa::Instruction one = isa::bm1684x::GdmaInstruction(rows_of(1, 256));  // within one controller's stripe
  EXPECT_GT(ideal_cost(one, chip_with({}))[Cause::kDdr], 0);
  EXPECT_EQ(cost_of(one, chip_with({}))[Cause::kDdr], 0);
}

TEST(SiliconCost, RowsOfBm1684TakeTheirTimeOnceTheyOutlastTheEstimate) {
  isa::ChipSpec chip = isa::load_chip("bm1684");
  isa::bm1684::Dma store;
  store.direction = 1;
  store.stride_enable = 1;
  store.src_nsize = store.dst_nsize = 1000;
  store.src_csize = store.dst_csize = 1;
  store.src_hsize = store.dst_hsize = store.src_wsize = store.dst_wsize = 1;
  const isa::Instruction instruction = isa::bm1684::GdmaInstruction(store);
  chip.silicon.dma_row_cycles = 0;
  EXPECT_EQ(cost_of(instruction, chip).total(), ideal_cost(instruction, chip).total());
  chip.silicon.dma_row_cycles = 10;
  EXPECT_NEAR(double(cost_of(instruction, chip).total()), 1000 * 10 * chip.tiu.clock_mhz / chip.gdma.clock_mhz, 2);
}

}  // namespace
}  // namespace bmemu::emulator
