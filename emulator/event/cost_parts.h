// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fractions of cycles by cause, rounded so that the causes add up to the rounded total.
#pragma once

#include <algorithm>
#include <cmath>

#include "emulator/event/cost.h"
#include "emulator/event/counts.h"

namespace bmemu::emulator {

/// Contract: `breakdown().total()` is the sum of all parts rounded down, as the vendor's estimates are; every cause is
/// rounded at its place in the running sum, so none is off by more than one cycle. Fields of senseless commands may
/// make a part negative (an empty window, say) or endless: such a part is 0, and the sum stops at 2^53 cycles.
class CostParts {
 public:
  CostParts& add(Cause cause, double cycles) {
    if (!(cycles > 0)) return *this;
    sum_ = std::min(sum_ + cycles, double(kLongest));
    // Sums of exact decimals may come out a hair below the integer that they stand for.
    constexpr double kHair = 1e-7;
    const auto reached = static_cast<std::int64_t>(std::floor(sum_ + kHair));
    breakdown_.add(cause, reached - rounded_);
    rounded_ = reached;
    return *this;
  }
  const CostBreakdown& breakdown() const { return breakdown_; }

 private:
  CostBreakdown breakdown_;
  double sum_ = 0;
  std::int64_t rounded_ = 0;
};

}  // namespace bmemu::emulator
