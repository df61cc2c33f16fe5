// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a DMA command moves between which memories: the traffic that its timing depends on.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/event/event.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"
#include "memory/pattern.h"

namespace bmemu::emulator {

struct Transfer {
  Direction direction = Direction::kNone;
  std::uint64_t bytes = 0;  ///< as the vendor counts: of the source's shape; of the result's for fills and gathers
  /// Outside local memory, in maximal contiguous runs. Where the rows depend on data (gather, scatter), as many rows as
  /// the command moves, spread evenly over the table; a select writes its longest list.
  std::vector<memory::Pattern> reads;
  std::vector<memory::Pattern> writes;
};

/// Pure. A TIU command moves nothing. Errors: E-FUNCTION-UNKNOWN, E-OPERAND-FORMAT, E-OPERAND-RANGE.
Transfer transfer(const isa::Instruction& instruction, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
