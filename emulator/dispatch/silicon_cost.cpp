// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/silicon_cost.h"

#include "emulator/event/cost_parts.h"
#include "emulator/tiu/bm1684x/silicon.h"

namespace bmemu::emulator {
namespace {

using isa::ChipSpec;

/// Of instructions whose chip states no such term.
template <class T>
void add_silicon(CostParts&, const T&, const CostBreakdown&, const ChipSpec&) {}

template <class T>
CostBreakdown silicon(const T& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  CostParts parts;
  if constexpr (std::is_same_v<T, isa::bm1684x::SysId> || std::is_same_v<T, isa::bm1684x::DmaSys>) {
    return ideal;
  } else if constexpr (isa::kIsTiu<T>) {
    for (std::size_t cause = 0; cause < kCauseCount; ++cause)
      parts.add(static_cast<Cause>(cause), double(ideal[static_cast<Cause>(cause)]));
    add_silicon(parts, instruction, ideal, chip);
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

CostBreakdown silicon_cost(const isa::Instruction& instruction, const CostBreakdown& ideal, const ChipSpec& chip) {
  return isa::visit_instruction([&](const auto& typed) { return silicon(typed, ideal, chip); }, instruction);
}

}  // namespace bmemu::emulator
