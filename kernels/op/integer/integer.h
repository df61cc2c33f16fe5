// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What kernels of operators on bytes share. BM1684X: one byte per element, sums of 32 bits. BM1684: four batches in a
// word, sums of 16 bits.
#pragma once

#include <vector>

#include "kernels/op/elementwise.h"
#include "kernels/op/kernel.h"

namespace bmemu::kernels {

inline bool is_byte(isa::DataType type) { return type == isa::DataType::kI8 || type == isa::DataType::kU8; }

/// Views that an elementwise node has whose bytes lie as the chip wants them.
std::vector<View> integer_views(const NodeContext& context);

/// A number of `bits` bits, with or without sign, as a constant of a command.
inline Operand integer_constant(std::int64_t value, unsigned bits = 8) {
  return Operand::constant_bits(static_cast<std::uint32_t>(value) & ((1U << bits) - 1));
}

/// One function per file of this folder.
const Kernel& integer_conv_bm1684x_kernel();
const Kernel& integer_binary_kernel();
const Kernel& integer_unary_kernel();
const Kernel& integer_pool_kernel();
const Kernel& integer_cast_kernel();

}  // namespace bmemu::kernels
