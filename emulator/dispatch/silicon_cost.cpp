// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/silicon_cost.h"

#include "emulator/event/cost_parts.h"
#include "emulator/tiu/bm1684x/conv/cube.h"

namespace bmemu::emulator {
namespace {

using isa::ChipSpec;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/// Waits of blocks in the cube, `blocks` of them in each row of lanes that `channels` results fill. A block starts and
/// drains while its neighbours multiply, so that only short ones wait. Results leave one after the other: a block that
/// fills fewer lanes leaves sooner. Returns the cycles of one block of `steps`.
double add_block_waits(CostParts& parts, std::int64_t blocks, std::int64_t channels, std::int64_t first_lane,
                       std::int64_t steps, std::uint64_t precision, const ChipSpec& chip) {
  const bool is_16bit = bm1684x::element_bits(precision) == 16;
  const double cycles = double(steps) * (is_16bit ? chip.silicon.cube_16bit_ratio : 1.0);
  const std::int64_t lanes = chip.tiu.lanes;
  double drain = 0;
  std::int64_t lane_rows = 0;
  for (std::int64_t left = channels, room = lanes - first_lane; left > 0; left -= room, room = lanes, ++lane_rows)
    drain += std::max(0.0, chip.silicon.cube_drain_cycles * double(std::min(left, room)) / double(lanes) - cycles);
  parts.add(Cause::kFill, double(blocks) * drain);
  parts.add(Cause::kSupply, double(blocks * lane_rows) * (cycles - double(steps)));
  return cycles;
}

/// What a TIU command takes beyond its ideal cost and its start.
template <class T>
void add_operand_waits(CostParts&, const T&, const CostBreakdown&, const ChipSpec&) {}

void add_operand_waits(CostParts& parts, const isa::bm1684x::Conv& f, const CostBreakdown& ideal,
                       const ChipSpec& chip) {
  using namespace bm1684x;
  const Cube cube = cube_of(f.opd0_prec, chip);
  const std::int64_t planes = i64(f.res0_n) * lane_rows(f, chip);
  const std::int64_t steps = i64(f.opd1_h) * i64(f.opd1_w) * ceil_div(i64(f.opd0_c), cube.channels);
  if (cube.channels > 1) {
    const double cycles = add_block_waits(parts, i64(f.res0_n) * plane_rows(f, cube.pixels), i64(f.res0_c),
                                          start_lane(f.res0_addr, chip), steps, f.opd0_prec, chip);
    parts.add(Cause::kFill, double(planes * i64(f.res0_h)) * std::max(0.0, chip.silicon.cube_line_cycles - cycles));
    return;
  }
  // Without the cube every execution unit works on a pixel of one line, unless lines need not be told apart.
  const std::int64_t stride_x = std::max<std::int64_t>(i64(f.res_op_x_str), 1);
  const std::int64_t stride_y = std::max<std::int64_t>(i64(f.res_op_y_str), 1);
  if (f.opd1_h == 1 && f.opd1_w == 1 && stride_x == 1 && stride_y == 1) return;
  const std::int64_t by_line = planes * i64(f.res0_h) * ceil_div(i64(f.res0_w), cube.pixels) * steps;
  const double whole = double(std::max(by_line, ideal.total()));
  const double extra = extra_window_rows(cube.pixels, i64(f.opd0_w), i64(f.res0_w), i64(f.opd1_w), stride_x, stride_y);
  parts.add(Cause::kPadding, whole - double(ideal.total()));
  parts.add(Cause::kSupply, whole * extra * chip.silicon.window_row_share);
}

// The cube works on blocks of four columns of one row here, as on blocks of four pixels in a convolution.
void add_operand_waits(CostParts& parts, const isa::bm1684x::Mm2& f, const CostBreakdown&, const ChipSpec& chip) {
  using namespace bm1684x;
  constexpr std::uint64_t kNn = 4;
  const Cube cube = cube_of(f.opd0_prec, chip);
  if (cube.channels == 1) return;
  const std::int64_t columns = ceil_div(i64(f.res0_w), cube.pixels);
  const std::int64_t steps = ceil_div(i64(f.tsk_eu_typ == kNn ? f.opd1_c : f.opd1_w), cube.channels);
  add_block_waits(parts, columns, i64(f.res0_c), 0, steps, f.opd0_prec, chip);
}

void add_operand_waits(CostParts& parts, const isa::bm1684x::Mm& f, const CostBreakdown& ideal, const ChipSpec& chip) {
  if (f.opd0_prec == bm1684x::kF32)
    parts.add(Cause::kSupply, double(ideal.total()) * (chip.silicon.matmul_f32_ratio - 1));
}

void add_operand_waits(CostParts& parts, const isa::bm1684x::Sg&, const CostBreakdown& ideal, const ChipSpec& chip) {
  parts.add(Cause::kSupply, double(ideal.total()) * (chip.silicon.gather_ratio - 1));
}

template <class T>
CostBreakdown silicon(const T& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  CostParts parts;
  if constexpr (std::is_same_v<T, isa::bm1684x::SysId> || std::is_same_v<T, isa::bm1684x::DmaSys>) {
    return ideal;
  } else if constexpr (isa::kIsTiu<T>) {
    for (std::size_t cause = 0; cause < kCauseCount; ++cause)
      parts.add(static_cast<Cause>(cause), double(ideal[static_cast<Cause>(cause)]));
    add_operand_waits(parts, instruction, ideal, chip);
    parts.add(Cause::kFill, chip.silicon.tiu_start_cycles);
  } else {
    for (std::size_t cause = 0; cause < kCauseCount; ++cause) {
      const auto which = static_cast<Cause>(cause);
      const double ratio = which == Cause::kRow ? chip.silicon.dma_row_ratio : chip.silicon.dma_time_ratio;
      parts.add(which, double(ideal[which]) * ratio);
    }
    parts.add(Cause::kDescriptor, chip.silicon.dma_start_ns * chip.tiu.clock_mhz / 1000);
  }
  return parts.breakdown();
}

}  // namespace

double extra_window_rows(std::int64_t pixels, std::int64_t in_w, std::int64_t out_w, std::int64_t kernel_w,
                         std::int64_t stride_x, std::int64_t stride_y) {
  const std::int64_t span = (std::min(pixels, out_w) - 1) * stride_x;
  std::int64_t extra = 0;
  for (std::int64_t line = 0; line < pixels; ++line)  // offsets repeat after as many lines as a row has pixels
    for (std::int64_t tap = 0; tap < kernel_w; ++tap) {
      const std::int64_t begin = line * stride_y * in_w + tap - kernel_w / 2;
      extra += floor_div(begin + span, pixels) - floor_div(begin, pixels);
    }
  return double(extra) / double(pixels * kernel_w);
}

CostBreakdown silicon_cost(const isa::Instruction& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  return isa::visit_instruction([&](const auto& typed) { return silicon(typed, ideal, chip); }, instruction);
}

}  // namespace bmemu::emulator
