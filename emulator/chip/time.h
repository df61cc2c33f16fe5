// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Between cycles, nanoseconds, picoseconds and SystemC time.
#pragma once

#include <cmath>
#include <systemc>

#include "emulator/event/event.h"

namespace bmemu::emulator {

inline sc_core::sc_time sc_time_from(Picoseconds ps) {
  return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(ps));  // the kernel's resolution is 1 ps (its default)
}

inline Picoseconds picoseconds_from_ns(double ns) { return static_cast<Picoseconds>(std::llround(ns * 1000.0)); }

/// Cycles of a clock as picoseconds, to the nearest.
inline Picoseconds picoseconds_from_cycles(double cycles, double clock_mhz) {
  return static_cast<Picoseconds>(std::llround(cycles * 1e6 / clock_mhz));
}

/// Adds a breakdown in cycles to a stack in picoseconds. Rounding is cumulative, so that the sum is the rounded total.
inline void add_cycles(TimeStack& stack, const CostBreakdown& cost, double clock_mhz) {
  std::int64_t cycles = 0;
  Picoseconds before = 0;
  for (std::size_t cause = 0; cause < kCauseCount; ++cause) {
    cycles += cost[static_cast<Cause>(cause)];
    const Picoseconds after = picoseconds_from_cycles(static_cast<double>(cycles), clock_mhz);
    stack[cause] += after - before;
    before = after;
  }
}

}  // namespace bmemu::emulator
