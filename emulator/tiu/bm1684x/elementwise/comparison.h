// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Comparisons of AR, VC and CMP.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/half.h"
#include "emulator/operand/operands.h"
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

/// The same on the bits of f16 as integers. Observed: every nan differs from those with other bits.
inline void compare_f16(Comparison which, const Source<std::int64_t>& a, const Source<std::int64_t>& b,
                        std::uint8_t* holds, std::size_t count) {
  using I64 = std::int64_t;
  const auto number = [](I64 x) { return f16_to_f32(static_cast<std::uint16_t>(x)); };
  switch (which) {
    case Comparison::kGreater:
      zip(a, b, holds, count, [&](I64 x, I64 y) { return std::uint8_t{number(x) > number(y)}; });
      break;
    case Comparison::kEqual: zip(a, b, holds, count, [](I64 x, I64 y) { return std::uint8_t{x == y}; }); break;
    case Comparison::kLess:
      zip(a, b, holds, count, [&](I64 x, I64 y) { return std::uint8_t{!(number(x) >= number(y)) && x != y}; });
      break;
  }
}

/// Operands of a comparison are integers, or floats as numbers; those of f16 are integers here, too: their bits.
inline bool compares_numbers(DataType format) { return is_float(format) && format != DataType::kF16; }

inline void compare(DataType, Comparison which, const Source<float>& a, const Source<float>& b, std::uint8_t* holds,
                    std::size_t count) {
  compare(which, a, b, holds, count);
}
inline void compare(DataType format, Comparison which, const Source<std::int64_t>& a, const Source<std::int64_t>& b,
                    std::uint8_t* holds, std::size_t count) {
  format == DataType::kF16 ? compare_f16(which, a, b, holds, count) : compare(which, a, b, holds, count);
}
/// The format whose elements `compare` takes.
inline DataType compared_format(DataType format) { return format == DataType::kF16 ? DataType::kU16 : format; }

/// The comparison of a selection of AR and VC.
inline Comparison comparison_of_selection(ArOp op) {
  switch (op) {
    case ArOp::kSelectGreater: return Comparison::kGreater;
    case ArOp::kSelectEqual: return Comparison::kEqual;
    default: return Comparison::kLess;
  }
}

}  // namespace bmemu::emulator::bm1684x
