// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each cause of time means, and what would make it less: the one table for reports and docs.
#pragma once

#include <string_view>

#include "emulator/event/cost.h"

namespace bmemu::harness {

struct CauseText {
  std::string_view meaning;  ///< one clause
  std::string_view remedy;   ///< what would help, one clause
};
CauseText text_of(emulator::Cause cause);

}  // namespace bmemu::harness
