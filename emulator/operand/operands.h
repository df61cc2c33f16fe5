// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a command reads and writes: operand views made from the decoded fields. One source for values, hazards and DMA
// traffic.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"
#include "isa/layout/data_type.h"
#include "isa/layout/lanes.h"
#include "memory/pattern.h"

namespace bmemu::emulator {

using isa::DataType;

enum class Role : std::uint8_t { kResult0, kResult1, kOperand0, kOperand1, kOperand2, kOperand3 };

/// A tensor in memory. Element (n,c,h,w) of a local tensor lies in lane (start + c) % lanes at byte
/// offset + n*stride[0] + ((start + c) / lanes)*stride[1] + h*stride[2] + w*stride[3];
/// of a tensor in another memory at address + n*stride[0] + c*stride[1] + h*stride[2] + w*stride[3].
/// Packed BM1684 tensors (2N, 4N) are views of words of `packed` batches: 32 bits, or 64 for four batches of 16 bits.
struct OperandView {
  Role role = Role::kResult0;
  memory::Access access = memory::Access::kRead;
  isa::Space space = isa::Space::kLocal;
  DataType format = DataType::kF32;
  std::uint8_t packed = 1;    ///< batches per word: 1, 2 or 4
  bool all_lanes = false;     ///< the same (c = 1) data is used in, or written to, every lane that takes part
  std::uint64_t address = 0;  ///< local: start lane * lane_bytes + offset; others: chip address
  std::array<std::uint32_t, 4> shape{1, 1, 1, 1};  ///< n, c, h, w in elements (packed: n counts words' planes)
  std::array<std::int64_t, 4> stride{0, 0, 0, 0};  ///< bytes, see above
};

/// All memory operands of a command (constants are none). A read-modify-write operand appears twice.
/// Errors: E-OPERAND-RANGE when an operand leaves its memory, E-OPERAND-FORMAT for an impossible format.
std::vector<OperandView> operands(const isa::Instruction& instruction, const isa::ChipSpec& chip);

/// The same; none for operations whose operand roles nobody knows (E-FUNCTION-UNKNOWN): they can still be timed.
std::vector<OperandView> known_operands(const isa::Instruction& instruction, const isa::ChipSpec& chip);

/// The bytes that a view touches, as regular sets of runs (a local tensor that wraps around the lanes needs several).
std::vector<memory::Pattern> patterns(const OperandView& view, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
