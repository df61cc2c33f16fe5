// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A regular set of byte runs in one memory: what a DMA descriptor or a tensor operand touches.
#pragma once

#include <array>
#include <cstdint>

#include "isa/layout/address_map.h"

namespace bmemu::memory {

enum class Access : std::uint8_t { kRead, kWrite };

/// `run_bytes` contiguous bytes at base + sum(i[k]*stride[k]) for all 0 <= i[k] < count[k]; dimension 0 is the
/// outermost. Local memory: addresses are lane * lane_bytes + offset; lanes are ordinary address bits, so a channel
/// walk is a dimension.
struct Pattern {
  isa::Space space = isa::Space::kDdr;
  std::uint64_t base = 0;
  std::array<std::uint32_t, 4> count{1, 1, 1, 1};
  std::array<std::int64_t, 4> stride{0, 0, 0, 0};  ///< bytes
  std::uint64_t run_bytes = 0;

  std::uint64_t runs() const { return std::uint64_t{count[0]} * count[1] * count[2] * count[3]; }
  std::uint64_t bytes() const { return runs() * run_bytes; }
};

}  // namespace bmemu::memory
