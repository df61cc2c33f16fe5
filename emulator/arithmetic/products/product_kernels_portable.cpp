// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Inner loops with the baseline instructions of the compiler's target.
#include "emulator/arithmetic/products/product_kernels.h"

namespace bmemu::emulator {
namespace {

#define BMEMU_VECTOR_BYTES 16

using Word __attribute__((vector_size(16), aligned(4), may_alias)) = std::int32_t;
using Wrapping __attribute__((vector_size(16), aligned(4), may_alias)) = std::uint32_t;

inline void multiply_add_pairs(Word& sum, const Word& x, std::int32_t weight) {
  const Word low = (x << 16) >> 16, high = x >> 16;
  const std::int32_t first = static_cast<std::int16_t>(weight), second = weight >> 16;
  const Word products[] = {low * first, high * second};
  reinterpret_cast<Wrapping&>(sum) += reinterpret_cast<const Wrapping&>(products[0]);
  reinterpret_cast<Wrapping&>(sum) += reinterpret_cast<const Wrapping&>(products[1]);
}

#include "emulator/arithmetic/products/product_kernels.inc"

}  // namespace

ProductKernels product_kernels_portable() { return {kColumns, f32_kernel, group_kernel, i16_kernel}; }

}  // namespace bmemu::emulator
