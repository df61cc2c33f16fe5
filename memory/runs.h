// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A pattern in its shortest form for timing.
#pragma once

#include <array>
#include <cstdint>

#include "memory/pattern.h"

namespace bmemu::memory {

/// `run_bytes` bytes at base + sum(i[k]*stride[k]), dimension 0 outermost; unused dimensions come first, with count 1.
struct Runs {
  std::uint64_t base = 0;
  std::uint64_t run_bytes = 0;
  std::array<std::uint64_t, 4> count{1, 1, 1, 1};
  std::array<std::uint64_t, 4> stride{0, 0, 0, 0};

  std::uint64_t runs() const { return count[0] * count[1] * count[2] * count[3]; }
};

/// The same units of `unit_bytes` (bursts, port words) in the same order, up to the sign of the strides: negative
/// strides are walked upwards, dimensions that continue each other become one, runs whose gaps hold no whole unit
/// become one run, units that two neighbouring runs share count once.
Runs merged(const Pattern& pattern, std::uint64_t unit_bytes);

}  // namespace bmemu::memory
