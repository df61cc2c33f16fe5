// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Float sums and products with a defined NaN: compilers may swap operands, which changes the payload that survives.
#pragma once

#include <cstddef>

#include "emulator/arithmetic/bits.h"

namespace bmemu::emulator {

/// A NaN as a quiet one.
inline float quiet(float nan) { return to_float(to_bits(nan) | 0x00400000U); }

/// `value`, which was computed from `first` and `second`, except that the first operand that is NaN becomes the result
/// as a quiet NaN, and an invalid operation gives the default NaN 0xFFC00000. Observed: what the functional models do.
inline float with_nan_of(float first, float second, float value) {
  if (value == value) return value;
  if (first != first) return quiet(first);
  if (second != second) return quiet(second);
  return to_float(0xFFC00000U);
}

inline float ordered_multiply(float first, float second) { return with_nan_of(first, second, first * second); }
inline float ordered_add(float first, float second) { return with_nan_of(first, second, first + second); }

/// values[k] + addend for all k.
inline void add_to_all(float* values, std::size_t count, float addend) {
  for (std::size_t k = 0; k < count; ++k) values[k] = ordered_add(values[k], addend);
}

}  // namespace bmemu::emulator
