// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies inside global memory of any rank and any strides, as few commands as four dimensions allow.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// One side: address and strides in elements.
struct Strided {
  std::uint64_t address = 0;
  std::vector<std::int64_t> stride;
};

/// to[i...] = from[i...] over `shape`. Strides of the source may be 0 or negative.
void strided_copy(GlobalEmission& e, const Shape& shape, const Strided& to, const Strided& from, isa::DataType type);
/// The bits of one element everywhere over `shape`.
void strided_fill(GlobalEmission& e, const Shape& shape, const Strided& to, isa::DataType type, std::uint32_t bits);
/// The elements of `in` in their order, into the shape of `out`.
void reshaping_copy(GlobalEmission& e, const Storage& out, const Storage& in);

}  // namespace bmemu::kernels
