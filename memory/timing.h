// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How long a memory takes: the interface that every memory model has.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "isa/chip/chip_spec.h"
#include "memory/pattern.h"

namespace bmemu::memory {

/// Integer picoseconds.
using Picoseconds = std::int64_t;

/// Which rule of the memory made a request take its time.
enum class Rule : std::uint8_t {
  kBandwidth,   ///< the requested bytes at the memory's peak rate
  kRow,         ///< opening and closing rows
  kTurnaround,  ///< change between reading and writing
  kRefresh,
  kBurst,       ///< bytes that move in vain because runs do not fill whole bursts or port words
  kInterleave,  ///< controllers that idle because the bytes are unevenly spread over them
};
inline constexpr std::size_t kRuleCount = 6;
std::string_view name(Rule rule);  ///< "bandwidth", "row" ...

/// When a request is served. Contract: the entries of `by_rule` are not negative and sum to end - start exactly.
struct Service {
  Picoseconds start = 0;  ///< not before `now`
  Picoseconds end = 0;
  std::array<Picoseconds, kRuleCount> by_rule{};
};

/// Contract: requests come with `now` not decreasing; state (open rows, direction, refresh) advances with every
/// request; nothing else influences the answer.
class MemoryTiming {
 public:
  virtual ~MemoryTiming() = default;
  /// Serves a whole pattern. Cost of a call: see docs/chip/memory.md; never per beat.
  virtual Service when(Picoseconds now, const Pattern& pattern, Access access) = 0;
};

/// The DDR model at the chip's detail level.
std::unique_ptr<MemoryTiming> make_ddr_timing(const isa::ChipSpec& chip);
/// The L2 SRAM's port.
std::unique_ptr<MemoryTiming> make_l2_timing(const isa::ChipSpec& chip);

}  // namespace bmemu::memory
