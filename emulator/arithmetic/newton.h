// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reciprocal square root and division as both chips compute them: Newton steps from a guess made with the exponent.
#pragma once

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/nan_order.h"

namespace bmemu::emulator {

/// Every operation is rounded to float32; 0, negative numbers, infinities and NaN take no special path. The guess
/// shifts the bits as a signed integer. Observed: bit-exact on random and edge values of both chips; rsqrt(inf) is -inf
/// after three steps.
inline float newton_rsqrt(float x, int iterations) {
  const std::uint32_t bits = to_bits(x);
  float y = to_float(0x5F3759DFU - ((bits >> 1) | (bits & 0x80000000U)));
  const float half = x * 0.5F;
  for (int i = 0; i < iterations; ++i) y = y * (1.5F - (half * y) * y);
  return y;
}

/// a / b = rsqrt(|b|)^2 * a, where a takes over the sign of b first. Observed: 1/inf is inf, 0/0 is the default NaN.
inline float newton_divide(float a, float b, int iterations) {
  const std::uint32_t sign = to_bits(b) & 0x80000000U;
  const float y = newton_rsqrt(to_float(to_bits(b) ^ sign), iterations);
  return ordered_multiply(y * y, to_float(to_bits(a) ^ sign));
}

}  // namespace bmemu::emulator
