// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Counts of rows and cycles, as costs need them: fields as signed numbers, quotients rounded up, capped products.
#pragma once

#include <cstdint>

namespace bmemu::emulator {

constexpr std::int64_t i64(std::uint64_t field) { return static_cast<std::int64_t>(field); }
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Longest time that is told apart: beyond it, which only senseless commands reach, costs stay where they are.
inline constexpr std::int64_t kLongest = std::int64_t{1} << 53;

/// Product of counts, at most `kLongest`.
template <class... Counts>
std::int64_t product(Counts... counts) {
  const double exact = (double(counts) * ...);
  return exact < double(kLongest) ? static_cast<std::int64_t>(exact) : kLongest;
}

}  // namespace bmemu::emulator
