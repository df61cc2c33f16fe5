// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/ideal_replay.h"

#include <algorithm>

#include "isa/error.h"

namespace bmemu::emulator {

std::int64_t ideal_replay(const isa::CommandGroup& group, const std::vector<std::int64_t>& tiu,
                          const std::vector<std::int64_t>& gdma) {
  struct Side {
    const isa::CommandStream* stream;
    const std::vector<std::int64_t>* cycles;
    std::vector<std::int64_t> end;  ///< per completed command
  };
  Side a{&group.tiu, &tiu, {}};
  Side b{&group.gdma, &gdma, {}};
  const auto advance = [](Side& self, const Side& other) {
    bool moved = false;
    while (self.end.size() < self.stream->commands.size()) {
      const isa::CommandRef& command = self.stream->commands[self.end.size()];
      if (command.dependency > other.end.size()) break;
      const std::int64_t ready = command.dependency == 0 ? 0 : other.end[command.dependency - 1];
      const std::int64_t free = self.end.empty() ? 0 : self.end.back();
      self.end.push_back(std::max(ready, free) + (*self.cycles)[self.end.size()]);
      moved = true;
    }
    return moved;
  };
  bool moved = true;
  while (moved) {
    moved = advance(a, b);
    moved = advance(b, a) || moved;
  }
  BMEMU_CHECK(a.end.size() == tiu.size() && b.end.size() == gdma.size(), "ideal replay of a stream with a deadlock");
  return std::max(a.end.empty() ? 0 : a.end.back(), b.end.empty() ? 0 : b.end.back());
}

}  // namespace bmemu::emulator
