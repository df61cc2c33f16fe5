// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies operands to dense arrays (n, c, h, w; w fastest) and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

inline std::size_t element_count(const OperandView& view) {
  return std::size_t{view.shape[0]} * view.shape[1] * view.shape[2] * view.shape[3];
}

/// Contract: T is as wide as the view's elements; `dense` holds element_count(view) of them. Views of local memory
/// must lie inside it; others are checked by the memory. Elements of broadcast dimensions (stride 0) are repeated.
template <class T>
void gather(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory, T* dense);

/// The reverse. With overlapping elements the last one in n, c, h, w order stays.
template <class T>
void scatter(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const T* dense);

/// The same for elements of the view's format as bytes.
void gather_bytes(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory,
                  std::uint8_t* dense);
void scatter_bytes(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                   const std::uint8_t* dense);

template <class T>
std::vector<T> gathered(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  std::vector<T> dense(element_count(view));
  gather(view, chip, memory, dense.data());
  return dense;
}

}  // namespace bmemu::emulator
