// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/ideal_cost.h"

#include "emulator/gdma/bm1684x_cost.h"
#include "emulator/tiu/bm1684x/cost.h"
#include "isa/error.h"

namespace bmemu::emulator {

CostBreakdown ideal_cost(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  return isa::visit_instruction(
      [&](const auto& typed) -> CostBreakdown {
        using Typed = std::decay_t<decltype(typed)>;
        if constexpr (isa::kIsBm1684x<Typed>) {
          return cost(typed, chip);
        } else {
          BMEMU_CHECK(false, "no cost functions of BM1684 are linked");
        }
      },
      instruction);
}

}  // namespace bmemu::emulator
