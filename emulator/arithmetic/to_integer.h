// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Floats to integers with the rounding modes of the BM1684X.
#pragma once

#include <cmath>
#include <cstdint>

#include "emulator/arithmetic/fixed_point.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/rounding.h"

namespace bmemu::emulator {

/// The nearest integral value in the mode's sense with the sign of x; infinities and nan stay. Observed: the mode code
/// that has no name rounds down.
inline float round_to_integral(float x, Rounding rounding) {
  if (x != x) return x;
  switch (rounding) {
    case Rounding::kHalfEven: return std::nearbyint(x);
    case Rounding::kHalfAway: return std::round(x);
    case Rounding::kTowardZero: return std::trunc(x);
    case Rounding::kUp: return std::ceil(x);
    case Rounding::kHalfUp: return std::copysign(x - std::floor(x) >= 0.5F ? std::ceil(x) : std::floor(x), x);
    case Rounding::kHalfDown: return std::copysign(x - std::floor(x) > 0.5F ? std::ceil(x) : std::floor(x), x);
    default: return std::floor(x);
  }
}

/// Saturates; nan gives 0. Contract: one of the modes 0 to 4; observed: the functional model accepts no other here.
inline std::int64_t float_to_integer(float x, Rounding rounding, const IntegerRange& range) {
  if (std::isnan(x)) return 0;
  const float whole = round_to_integral(x, rounding);
  if (whole >= 9.0e18F) return range.high;
  if (whole <= -9.0e18F) return range.low;
  return range.clamp(static_cast<std::int64_t>(whole));
}

}  // namespace bmemu::emulator
