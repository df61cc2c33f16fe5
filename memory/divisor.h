// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Division by a number that is usually a power of two.
#pragma once

#include <cstdint>

namespace bmemu::memory {

/// Contract: the divisor is not 0.
class Divisor {
 public:
  explicit Divisor(std::uint64_t value) : value_(value) {
    while (shift_ < 63 && (std::uint64_t{1} << shift_) < value) ++shift_;
    is_power_of_two_ = (std::uint64_t{1} << shift_) == value;
  }
  std::uint64_t value() const { return value_; }
  std::uint64_t quotient(std::uint64_t x) const { return is_power_of_two_ ? x >> shift_ : x / value_; }
  std::uint64_t remainder(std::uint64_t x) const { return x - quotient(x) * value_; }

 private:
  std::uint64_t value_;
  unsigned shift_ = 0;
  bool is_power_of_two_ = false;
};

}  // namespace bmemu::memory
