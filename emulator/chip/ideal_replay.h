// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Dependency replay: when both engines finish if every command costs exactly its ideal cycles.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::emulator {

/// Cycles from the group's start to its last completion. `tiu` and `gdma` hold cycles per command in stream order.
/// Each engine is in order; a command starts when the previous one on its engine and the one it depends on have ended.
/// Contract: the streams have no deadlock (they were run before).
std::int64_t ideal_replay(const isa::CommandGroup& group, const std::vector<std::int64_t>& tiu,
                          const std::vector<std::int64_t>& gdma);

}  // namespace bmemu::emulator
