// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each parameter of a chip is for: it moves figures, it is a limit, or the family's model has no such term.
#pragma once

#include "isa/chip/chip_spec.h"

namespace bmemu::isa {

enum class Influence : std::uint8_t {
  kFigures,  ///< changes the time, or another figure that is reported, of some program
  kLimit,    ///< changes no figure; what exceeds it is an error
  kNone,     ///< no term of this family: `neutral_value` alone is legal
};

Influence influence(const Parameter& parameter, Family family);

/// The value with which a term adds nothing: 1 for ratios that multiply, 0 for all else.
double neutral_value(const Parameter& parameter);

/// Errors: E-CHIP-NO-EFFECT, for a parameter of influence `kNone` that is not neutral.
void check_terms(const ChipSpec& chip);

}  // namespace bmemu::isa
