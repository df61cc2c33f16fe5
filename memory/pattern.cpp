// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/pattern.h"

namespace bmemu::memory {

std::string_view name(Space space) {
  switch (space) {
    case Space::kDdr: return "ddr";
    case Space::kL2: return "l2";
    case Space::kLocal: return "local";
    case Space::kStatic: return "static";
  }
  return "?";
}

}  // namespace bmemu::memory
