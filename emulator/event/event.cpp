// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/event/event.h"

namespace bmemu::emulator {

std::string_view name(Direction direction) {
  switch (direction) {
    case Direction::kNone: return "none";
    case Direction::kS2L: return "s2l";
    case Direction::kL2S: return "l2s";
    case Direction::kS2S: return "s2s";
    case Direction::kL2L: return "l2l";
  }
  return "?";
}

}  // namespace bmemu::emulator
