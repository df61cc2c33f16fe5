// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The port of the L2 SRAM.
#pragma once

#include "isa/chip/chip_spec.h"
#include "memory/timing.h"

namespace bmemu::memory {

/// Contract: one port word per cycle, one request after the other; a run takes every word that it touches. Reads and
/// writes share the port.
/// Source: the L2 SRAM hangs on the clock of the DMA engine (children of clk_axi_ddr in the clock driver of both
/// chips). Unknown: width of the port, latency.
class L2Port final : public MemoryTiming {
 public:
  explicit L2Port(const isa::ChipSpec& chip);
  Service when(Picoseconds now, const Pattern& pattern, Access access) override;

 private:
  std::uint64_t word_bytes_;
  double ps_per_word_;
  Picoseconds free_ = 0;
};

/// Port words that a pattern touches; words that neighbouring runs share count once if the runs follow each other
/// without a whole word between them.
std::uint64_t words(const Pattern& pattern, std::uint64_t word_bytes);

}  // namespace bmemu::memory
