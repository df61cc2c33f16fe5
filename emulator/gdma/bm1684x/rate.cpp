// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/bm1684x/rate.h"

#include <algorithm>

#include "emulator/event/cost_parts.h"
#include "emulator/event/counts.h"
#include "emulator/gdma/bm1684x/fields.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator::bm1684x {

namespace {

bool is_local(std::uint64_t address, const isa::ChipSpec& chip) {
  return address >= isa::kLocalBase && address < isa::static_base(chip);
}

/// Assumed: what is read in order comes in long bursts and is dealt out to the lanes, a row per cycle. `dma_row_cycles`
/// is known from rows that are written.
constexpr double kDealtRowCycles = 1;

}  // namespace

Direction direction_of(const isa::bm1684x::GdmaFields& f, const isa::ChipSpec& chip) {
  const bool from_local = f.fill_constant_en == 0 && is_local(f.source_address(), chip);
  const bool to_local = is_local(f.destination_address(), chip);
  if (from_local) return to_local ? Direction::kL2L : Direction::kL2S;
  return to_local ? Direction::kS2L : Direction::kS2S;
}

double per_tiu_cycle(double bytes_per_dma_cycle, const isa::ChipSpec& chip) {
  return bytes_per_dma_cycle * (chip.gdma.clock_mhz / chip.tiu.clock_mhz);
}

double rate_of(Direction direction, const isa::ChipSpec& chip) {
  const auto& gdma = chip.gdma;
  switch (direction) {
    case Direction::kL2S: return per_tiu_cycle(gdma.l2s_bytes_per_cycle, chip);
    case Direction::kS2S: return per_tiu_cycle(gdma.s2s_bytes_per_cycle, chip);
    case Direction::kL2L: return per_tiu_cycle(gdma.l2l_bytes_per_cycle, chip);
    default: return per_tiu_cycle(gdma.s2l_bytes_per_cycle, chip);
  }
}

CostBreakdown transfer_cost(const RatedTransfer& transfer) {
  if (!transfer.has_estimate) return {};
  const auto whole = [](double cycles) { return static_cast<std::int64_t>(std::min(cycles, double(kLongest))); };
  const std::int64_t total = std::max<std::int64_t>(whole(transfer.row_bytes * transfer.slowdown / transfer.rate), 1);
  const std::int64_t moved = std::min(std::max<std::int64_t>(whole(transfer.bytes / transfer.rate), 1), total);
  const std::int64_t with_rows = std::clamp(whole(transfer.row_bytes / transfer.rate), moved, total);
  return CostBreakdown()
      .add(Cause::kTransfer, moved)
      .add(Cause::kRow, with_rows - moved)
      .add(transfer.slowdown_cause, total - with_rows);
}

CostBreakdown silicon_transfer_cost(const RatedTransfer& transfer, const isa::ChipSpec& chip) {
  if (!transfer.has_estimate) return {};
  const double tiu_per_dma_cycle = chip.tiu.clock_mhz / chip.gdma.clock_mhz;
  const double moved = transfer.bytes / transfer.rate * chip.silicon.dma_time_ratio;
  const double rows =
      transfer.row_bytes > transfer.bytes ? transfer.row_bytes / double(chip.gdma.row_bytes) : 0;  // short ones
  const double row_cycles =
      transfer.is_dealt_out ? std::min(kDealtRowCycles, chip.silicon.dma_row_cycles) : chip.silicon.dma_row_cycles;
  const double row_time = rows * row_cycles * tiu_per_dma_cycle;
  const double order = transfer.slowdown_cause == Cause::kRow ? transfer.slowdown - 1 : 0;
  return CostParts()
      .add(Cause::kDescriptor, chip.silicon.dma_start_ns * chip.tiu.clock_mhz / 1000)
      .add(Cause::kTransfer, moved)
      .add(Cause::kRow, std::max(0.0, row_time - moved) + order * moved)
      .breakdown();
}

}  // namespace bmemu::emulator::bm1684x
