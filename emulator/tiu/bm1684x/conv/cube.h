// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The multiplier cube of a BM1684X lane: output pixels x input channels per cycle.
#pragma once

#include <algorithm>
#include <cstdint>

#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator::bm1684x {

struct Cube {
  std::int64_t pixels = 1;    ///< output pixels at once
  std::int64_t channels = 1;  ///< input channels per cycle
};

/// Observed: 32-bit data does not use the cube; every execution unit works on a pixel of its own, channel by channel.
/// int8 and 16-bit data fill the cube's channel bytes on four pixels.
inline Cube cube_of(std::uint64_t precision, const isa::ChipSpec& chip) {
  const std::int64_t bits = element_bits(precision);
  if (bits == kWordBits || chip.tiu.cube_pixels == 0) return {eu_elements(bits, chip), 1};
  return {chip.tiu.cube_pixels, std::max<std::int64_t>(chip.tiu.cube_channel_bytes * 8 / bits, 1)};
}

}  // namespace bmemu::emulator::bm1684x
