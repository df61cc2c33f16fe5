// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies whose neighbours on one side are apart on the other: they go through local memory, where the tensor unit turns
// them. The DMA would move element by element.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// A dimension of a copy: size and strides in elements, outermost first.
struct CopyDimension {
  std::int64_t size, to, from;
};

/// Whether it made the copy: the last dimension is contiguous on the side written to, another one on the side that is
/// read, and both are longer than a few elements.
bool transposing_copy(GlobalEmission& e, std::vector<CopyDimension> dimensions, std::uint64_t to, std::uint64_t from,
                      isa::DataType type);

}  // namespace bmemu::kernels
