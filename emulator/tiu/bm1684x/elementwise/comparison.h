// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Comparisons of AR, VC and CMP.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/elementwise/sources.h"

namespace bmemu::emulator::bm1684x {

enum class Comparison : std::uint8_t { kGreater, kEqual, kLess };

inline void compare(Comparison which, const Source<std::int64_t>& a, const Source<std::int64_t>& b, std::uint8_t* holds,
                    std::size_t count) {
  using I64 = std::int64_t;
  switch (which) {
    case Comparison::kGreater: zip(a, b, holds, count, [](I64 x, I64 y) { return std::uint8_t{x > y}; }); break;
    case Comparison::kEqual: zip(a, b, holds, count, [](I64 x, I64 y) { return std::uint8_t{x == y}; }); break;
    case Comparison::kLess: zip(a, b, holds, count, [](I64 x, I64 y) { return std::uint8_t{x < y}; }); break;
  }
}

/// Observed: denormals count as zero, floats are equal when their bits are (-0 and 0 differ), and "less" is what is
/// neither equal in this sense nor greater or equal as numbers: it holds for unordered operands of different bits.
inline void compare(Comparison which, const Source<float>& a, const Source<float>& b, std::uint8_t* holds,
                    std::size_t count) {
  const FlushDenormals flush;
  switch (which) {
    case Comparison::kGreater: zip(a, b, holds, count, [](float x, float y) { return std::uint8_t{x > y}; }); break;
    case Comparison::kEqual:
      zip(a, b, holds, count, [](float x, float y) { return std::uint8_t{to_bits(x) == to_bits(y)}; });
      break;
    case Comparison::kLess:
      zip(a, b, holds, count, [](float x, float y) { return std::uint8_t{!(x >= y) && to_bits(x) != to_bits(y)}; });
      break;
  }
}

/// The comparison of a selection of AR and VC.
inline Comparison comparison_of_selection(ArOp op) {
  switch (op) {
    case ArOp::kSelectGreater: return Comparison::kGreater;
    case ArOp::kSelectEqual: return Comparison::kEqual;
    default: return Comparison::kLess;
  }
}

}  // namespace bmemu::emulator::bm1684x
