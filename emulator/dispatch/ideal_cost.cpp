// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/ideal_cost.h"

#include "emulator/gdma/bm1684/cost.h"
#include "emulator/gdma/bm1684x/cost.h"
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684x/cost.h"

namespace bmemu::emulator {

CostBreakdown ideal_cost(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  return isa::visit_instruction([&](const auto& typed) { return cost(typed, chip); }, instruction);
}

}  // namespace bmemu::emulator
