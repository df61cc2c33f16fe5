// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of convolution. A lane computes one row of outputs at a time; per row it steps through the kernel's taps, and
// per tap through the input channels, a block of channels per cycle. Four batches of fixed-point data go in one step.
#include "emulator/event/cost_parts.h"
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/row_work.h"
#include "isa/layout/kernel_layout.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

// Winograd F(2x2, 3x3): 16 products per tile, one tile per step.
constexpr std::uint64_t kWinogradTile = 2;

/// Cycles of one tap relative to its channel blocks (hundredths), where few channels do not keep the array busy. The
/// shape of a formula that nobody knows, without a unit: what a faster or slower chip has is in the other terms.
/// Rows: the smaller one of both strides, 1 to 5; columns: channel blocks from 1 on; 100 beyond the last column.
/// Observed over all strides and block counts; the smaller stride alone decides. Unknown: the mechanism.
constexpr int kTapPercentI8[5][10] = {
    {682, 391, 155, 130, 115, 105, 100, 100, 100, 100},  {789, 443, 329, 135, 120, 109, 103, 100, 100, 100},
    {956, 526, 384, 312, 134, 121, 112, 105, 101, 100},  {994, 543, 395, 321, 277, 124, 114, 107, 102, 100},
    {1127, 607, 438, 353, 302, 123, 115, 109, 104, 101},
};

double tap_cycles_i8(std::uint64_t blocks, std::uint64_t stride) {
  if (stride <= std::size(kTapPercentI8)) {
    const auto& row = kTapPercentI8[stride - 1];
    return double(blocks) * (blocks <= std::size(row) ? row[blocks - 1] : 100) / 100;
  }
  // Unknown: exact values for strides above 5. Observed at 6, 7, 8, 11 and 15: starved while there are no more blocks
  // than the stride, by a delay that hardly depends on the blocks; above that a little loss that fades. Within 15 %
  // (stride 7 with one or two blocks: faster than this by up to half).
  const double s = double(stride);
  const double delay = blocks <= stride ? std::min(14.5, 10.1 + 0.85 * (s - 5)) : 2 - 0.45 * (double(blocks) - s - 1);
  return double(blocks) + std::max(0.0, delay);
}

double tap_cycles_f32(std::uint64_t channels, std::uint64_t blocks, std::uint64_t x_stride,
                      const isa::IdealRowSpec& row) {
  // Observed: three channels take more than their two blocks. Unknown: why.
  const double work = channels == 3 ? row.conv_f32_three_channel_cycles : double(blocks);
  // A row of outputs needs stride + 1 rows of input from each channel, one per cycle and channel.
  return std::max(work, work * double(x_stride + 1) / double(channels));
}

}  // namespace

CostBreakdown cost(const isa::bm1684::Conv& f, const isa::ChipSpec& chip) {
  const bool fixed_point = is_fixed_point(f.opt_opd0_prec);
  const std::uint64_t channels = std::max<std::uint64_t>(f.opd0_c, 1);
  // Channels per cycle: a block of the kernel's 2IC (f32) or 4IC (8-bit) storage.
  const std::uint64_t block =
      isa::block_channels(isa::Family::kBm1684, fixed_point ? isa::DataType::kI8 : isa::DataType::kF32);
  const std::uint64_t blocks = ceil_div(channels, block);
  const isa::IdealRowSpec& row = chip.ideal_row;
  const double fill = (fixed_point ? row.conv_i8_start_cycles : row.conv_f32_start_cycles) +
                      (f.tsk_opd_num == 3 ? row.operand_cycles : 0);
  const double useful_blocks = double(channels) / double(block);

  if (f.opt_winograd != 0) {
    // The port's words hold the products of one tile; another width of the port would take several tiles.
    const double useful_planes = double(f.res0_n) / double(kBatchesPerWord);
    const auto tiles = ceil_div(f.res0_h, kWinogradTile) * ceil_div(f.res0_w, kWinogradTile);
    const auto tiles_per_row = std::max<std::uint64_t>(1, port_words(chip) / 16);
    auto work = row_work(f, chip, useful_planes, ceil_div(f.res0_n, kBatchesPerWord), tiles, tiles_per_row);
    work.useful_rows *= double(f.res0_h * f.res0_w) / double(tiles * kWinogradTile * kWinogradTile);
    return CostParts()
        .add(Cause::kArray, work.useful_rows * useful_blocks)
        .add(Cause::kPadding, work.rows * double(blocks) - work.useful_rows * useful_blocks)
        .add(Cause::kFill, work.rows * fill)
        .breakdown();
  }

  const auto x_stride = std::max<std::uint64_t>(f.res_op_x_str, 1);
  const auto y_stride = std::max<std::uint64_t>(f.res_op_y_str, 1);
  const double taps = double(f.opd1_h * f.opd1_w);
  const double tap = fixed_point ? tap_cycles_i8(blocks, std::min(x_stride, y_stride))
                                 : tap_cycles_f32(channels, blocks, x_stride, row);
  const auto work = word_rows(f, chip);
  const double useful = work.useful_rows * taps * useful_blocks;
  return CostParts()
      .add(Cause::kArray, useful)
      .add(Cause::kPadding, work.rows * taps * double(blocks) - useful)
      .add(Cause::kSupply, work.rows * taps * (tap - double(blocks)))
      .add(Cause::kFill, work.rows * fill)
      .breakdown();
}

}  // namespace bmemu::emulator
