// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A parameter of a chip by its key, whatever block it belongs to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

struct ChipSpec;

/// What changing a parameter does on a chip of one family.
enum class Influence : std::uint8_t {
  kFigures,  ///< changes the time, or another figure that is reported, of some program
  kLimit,    ///< changes no figure; what exceeds it is an error
  kNone,     ///< no term of this family: the neutral value alone is legal
};

/// One number of a chip description: a ParameterRow with its block. Made by `chip_parameters`.
struct Parameter {
  std::string key;  ///< "silicon.dma_start_ns"; ends in the unit
  bool is_integer = false;
  double minimum = 0;
  double maximum = 0;
  std::string_view meaning;      ///< one line
  std::optional<Family> family;  ///< the only one whose model has this term
  double neutral_value = 0;      ///< with which the term adds nothing: 0, or 1 for ratios that multiply
  bool is_above_zero = false;    ///< on chips of a family that has it
  Prior prior;                   ///< sigma 0: none
  Influence influence[2] = {Influence::kFigures, Influence::kFigures};  ///< by family
  std::function<double(const ChipSpec&)> get;
  std::function<void(ChipSpec&, double)> set;

  Influence influence_on(Family which) const { return influence[static_cast<std::size_t>(which)]; }
};

}  // namespace bmemu::isa
