// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rates of BM1684X transfers and their split by cause.
#pragma once

#include <cstdint>

#include "emulator/event/cost.h"
#include "emulator/event/event.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/gdma/gdma_fields.h"

namespace bmemu::emulator::bm1684x {

/// Between which memories the command moves data. Fills with a constant come from outside: kS2L or kS2S.
Direction direction_of(const isa::bm1684x::GdmaFields& f);

/// Bytes per cycle of the TIU clock, undisturbed.
double rate_of(Direction direction, const isa::ChipSpec& chip);
double per_tiu_cycle(double bytes_per_dma_cycle, const isa::ChipSpec& chip);

/// A transfer of `bytes`, for which the engine moves `row_bytes` because of short rows (>= bytes), at `rate`;
/// `slowdown` >= 1 is what few DDR controllers or the order of access make of it.
struct RatedTransfer {
  double bytes = 0;
  double row_bytes = 0;
  double rate = 1;
  double slowdown = 1;
  Cause slowdown_cause = Cause::kDdr;
};

/// Observed: cycles are rounded down, and are never below one.
CostBreakdown transfer_cost(const RatedTransfer& transfer);

}  // namespace bmemu::emulator::bm1684x
