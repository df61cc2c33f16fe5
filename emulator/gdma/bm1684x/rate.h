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
Direction direction_of(const isa::bm1684x::GdmaFields& f, const isa::ChipSpec& chip);

/// Bytes per cycle of the TIU clock, undisturbed.
double rate_of(Direction direction, const isa::ChipSpec& chip);
double per_tiu_cycle(double bytes_per_dma_cycle, const isa::ChipSpec& chip);

/// A transfer of `bytes`, for which the engine moves `row_bytes` because of short rows (>= bytes), at `rate`;
/// `slowdown` >= 1 is what few DDR controllers or the order of access make of it.
struct RatedTransfer {
  bool has_estimate = true;
  double bytes = 0;
  double row_bytes = 0;
  double rate = 1;
  bool is_dealt_out = false;  ///< a load whose rows follow each other in system memory
  double slowdown = 1;
  Cause slowdown_cause = Cause::kDdr;
};

/// Observed: cycles are rounded down, and are never below one.
CostBreakdown transfer_cost(const RatedTransfer& transfer);

/// What the same transfer takes on silicon, memory apart. Bytes move at a rate of their own, and every row takes the
/// engine's shortest time, at most a cycle where a load deals out what it reads in order. Of the estimate's slowdowns
/// that of a transposing copy stays; how many DDR controllers a transfer reaches is the memory's matter.
CostBreakdown silicon_transfer_cost(const RatedTransfer& transfer, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::bm1684x

namespace bmemu::emulator {

/// The transfer of a command; a command without estimate has no bytes.
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaTensor& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaMatrix& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaMaskedSelect& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaGeneral& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaCwTranspose& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaNonzero& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaGather& f, const isa::ChipSpec& chip);
bm1684x::RatedTransfer rated(const isa::bm1684x::DmaScatter& f, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
