// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One row for one number of a chip description: all that is known of it beside its value stands here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "isa/encoding/family.h"

namespace bmemu::isa {

/// What a fit believes of a parameter before it has seen any time: centre, and sigma of ln(value).
struct Prior {
  double centre = 0;
  double sigma = 0;
};

/// What is said of a parameter of `Block`, a struct of ChipSpec. Rows are written beside the struct:
///     ParameterRow<L2Spec>("bytes", &L2Spec::bytes, 0, 1 << 30, "L2 SRAM").limit()
template <class Block>
struct ParameterRow {
  std::string_view name;  ///< the key without the block; ends in the unit
  double Block::*real = nullptr;
  std::int64_t Block::*integer = nullptr;
  double minimum = 0;
  double maximum = 0;
  std::string_view meaning;
  std::optional<Family> family;       ///< the only one whose model has this term; none: both have
  double neutral_value = 0;           ///< with which the term adds nothing
  bool is_above_zero = false;         ///< 0 would be endless on a family that has the term
  bool is_limit[2] = {false, false};  ///< by family: changes no figure, what exceeds it is an error
  Prior belief;                       ///< sigma 0: none

  constexpr ParameterRow(std::string_view key, double Block::*member, double low, double high, std::string_view text)
      : name(key), real(member), minimum(low), maximum(high), meaning(text) {}
  constexpr ParameterRow(std::string_view key, std::int64_t Block::*member, double low, double high,
                         std::string_view text)
      : name(key), integer(member), minimum(low), maximum(high), meaning(text) {}

  constexpr ParameterRow only(Family which) const {
    ParameterRow row = *this;
    row.family = which;
    return row;
  }
  constexpr ParameterRow neutral(double value) const {
    ParameterRow row = *this;
    row.neutral_value = value;
    return row;
  }
  constexpr ParameterRow above_zero() const {
    ParameterRow row = *this;
    row.is_above_zero = true;
    return row;
  }
  constexpr ParameterRow limit_on(Family which) const {
    ParameterRow row = *this;
    row.is_limit[static_cast<std::size_t>(which)] = true;
    return row;
  }
  constexpr ParameterRow limit() const { return limit_on(Family::kBm1684).limit_on(Family::kBm1684x); }
  constexpr ParameterRow prior(double centre, double sigma) const {
    ParameterRow row = *this;
    row.belief = {centre, sigma};
    return row;
  }
};

}  // namespace bmemu::isa
