// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/silicon_cost.h"

#include "emulator/event/cost_parts.h"
#include "emulator/gdma/bm1684/cost.h"
#include "emulator/gdma/bm1684x/rate.h"
#include "emulator/tiu/bm1684x/silicon.h"
#include "isa/encoding/division.h"

namespace bmemu::emulator {
namespace {

using isa::ChipSpec;

/// Divisions, and on BM1684X series and table look-ups: several passes or accesses per element, whose number the ideal
/// cost takes from the compiler.
template <class T>
bool is_special(const T& instruction) {
  using isa::bm1684x::Sfu, isa::bm1684x::Sg;
  return isa::is_division(instruction) || std::is_same_v<T, Sfu> || std::is_same_v<T, Sg>;
}

/// Of TIU commands that multiply nothing.
template <class T>
void add_silicon(CostParts& parts, const T& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  if (is_special(instruction)) parts.add(Cause::kSupply, double(ideal.total()) * (chip.silicon.special_ratio - 1));
}

/// `share` of every cause: a clock slows all of a command alike.
CostBreakdown scaled(const CostBreakdown& cost, double share) {
  CostParts parts;
  for (std::size_t cause = 0; cause < kCauseCount; ++cause)
    parts.add(static_cast<Cause>(cause), double(cost[static_cast<Cause>(cause)]) * share);
  return parts.breakdown();
}

template <class T>
CostBreakdown silicon(const T& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  if constexpr (std::is_same_v<T, isa::bm1684x::SysId> || std::is_same_v<T, isa::bm1684x::DmaSys>) {
    return ideal;
  } else if constexpr (isa::kIsTiu<T>) {
    CostParts parts;
    for (std::size_t cause = 0; cause < kCauseCount; ++cause)
      parts.add(static_cast<Cause>(cause), double(ideal[static_cast<Cause>(cause)]));
    add_silicon(parts, instruction, ideal, chip);
    parts.add(Cause::kFill, chip.silicon.tiu_start_cycles);
    return scaled(parts.breakdown(), chip.silicon.board_ratio);
  } else if constexpr (isa::kIsBm1684x<T>) {
    return bm1684x::silicon_transfer_cost(rated(instruction, chip), chip);
  } else {
    return silicon_transfer_cost(instruction, ideal, chip);
  }
}

}  // namespace

CostBreakdown silicon_cost(const isa::Instruction& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  return isa::visit_instruction([&](const auto& typed) { return silicon(typed, ideal, chip); }, instruction);
}

}  // namespace bmemu::emulator
