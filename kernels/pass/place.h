// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Where tensors lie in the activation area: buffers are used again when nobody needs their content any more.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/pass/group.h"

namespace bmemu::kernels {

struct Placement {
  std::vector<std::uint64_t> offset;  ///< by root value, from the start of the activation area
  std::uint64_t bytes = 0;
};

Placement place_in_global_memory(const Setting& setting, const std::vector<Unit>& units);

/// Bytes that a value takes in global memory.
std::uint64_t stored_bytes(const Value& value, isa::Family family);

}  // namespace bmemu::kernels
