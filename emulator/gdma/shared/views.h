// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Making and cutting the operand views of DMA commands.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::emulator::gdma {

using Shape = std::array<std::uint32_t, 4>;   ///< n, c, h, w in elements
using Strides = std::array<std::int64_t, 4>;  ///< n, c, h, w in bytes

/// Where a tensor starts, as an OperandView has it.
struct Start {
  isa::Space space = isa::Space::kDdr;
  std::uint64_t address = 0;
};

/// The memory that a chip address lies in. Errors: E-MEMORY-RANGE.
Start start_of(std::uint64_t address, const isa::ChipSpec& chip);

/// The chip address of a view's first byte.
std::uint64_t chip_address(const OperandView& view);

/// Strides of a tensor without gaps: aligned to the execution units in local memory, contiguous elsewhere.
Strides dense_strides(const Start& start, const Shape& shape, unsigned element_bytes, const isa::ChipSpec& chip);

/// Elements `begin` .. `begin + count - 1` of one dimension (0 n .. 3 w).
OperandView slice(OperandView view, unsigned dimension, std::uint32_t begin, std::uint32_t count,
                  const isa::ChipSpec& chip);

/// `elements` neighbours in address order; in local memory the walk goes on in the next lane where one ends.
/// Errors: E-OPERAND-RANGE when it goes on behind the last lane.
std::vector<OperandView> linear(const Start& start, std::uint64_t elements, const OperandView& like,
                                const isa::ChipSpec& chip);

/// Whether the view has no element.
bool is_empty(const OperandView& view);

/// Elements of the view.
std::uint64_t elements(const OperandView& view);

/// Errors: E-OPERAND-RANGE when the view leaves its lane or its memory.
void require_inside(const OperandView& view, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::gdma
