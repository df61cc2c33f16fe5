// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/bm1684/execute.h"
#include "emulator/gdma/bm1684/movement.h"
#include "emulator/gdma/bm1684/operands.h"

namespace bmemu::emulator {

std::vector<OperandView> operands(const isa::bm1684::Dma& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684::Dma& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

}  // namespace bmemu::emulator
