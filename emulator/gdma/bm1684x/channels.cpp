// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/bm1684x/channels.h"

#include <algorithm>

namespace bmemu::emulator::bm1684x {
namespace {

struct Window {
  std::int64_t step;  ///< bytes before the next controller's turn
  std::int64_t end;   ///< bytes of one round
  std::uint32_t all;
};

/// The block at `start` and, through `step`s of at most `window.step`, everything it covers.
void mark(std::int64_t start, std::int64_t bytes, const Window& window, std::uint32_t& reached) {
  const std::int64_t end = std::min(start + bytes, window.end);
  for (std::int64_t at = start; at < end; at += window.step) reached |= 1U << (at / window.step);
}

}  // namespace

std::uint32_t controllers_reached(const BlockPattern& pattern, const isa::ChipSpec& chip) {
  const std::int64_t step = std::max<std::int64_t>(chip.ddr.interleave_bytes, 1);
  const auto controllers = std::clamp<std::int64_t>(chip.ddr.controllers, 1, 31);
  const Window window{step, step * controllers, (1U << controllers) - 1U};
  std::uint32_t reached = 0;
  for (std::int64_t n = 0; n < pattern.n && reached != window.all; ++n) {
    const std::int64_t n_start = n * pattern.n_stride_bytes;
    if (n_start >= window.end) break;
    for (std::int64_t c = 0; c < pattern.c && reached != window.all; ++c) {
      const std::int64_t start = n_start + c * pattern.c_stride_bytes;
      if (start >= window.end) break;
      mark(start, pattern.block_bytes, window, reached);
      if (pattern.c_stride_bytes == 0) break;
    }
    if (pattern.n_stride_bytes == 0) break;
  }
  return reached;
}

}  // namespace bmemu::emulator::bm1684x
