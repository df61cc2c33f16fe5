// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which DDR controllers a BM1684X transfer reaches, as the vendor's estimate counts them.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"

namespace bmemu::emulator::bm1684x {

/// Blocks in system memory: `n` x `c` of them, each `block_bytes` long.
struct BlockPattern {
  std::int64_t n = 1, c = 1;
  std::int64_t n_stride_bytes = 0, c_stride_bytes = 0;
  std::int64_t block_bytes = 0;
};

/// Bit set of the controllers reached, controller of the first byte = bit 0.
/// Observed: addresses count from the start of the transfer, wherever that lies; only the first round over all
/// controllers is looked at (16 KiB with four controllers); a block reaches a controller with its first byte and with
/// every interleave step after that, but not with its tail.
std::uint32_t controllers_reached(const BlockPattern& pattern, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::bm1684x
