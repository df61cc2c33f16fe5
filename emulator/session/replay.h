// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// An order of commands that respects every wait: what computing values without time needs.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::emulator {

struct ReplayStep {
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t group = 0;
  std::uint32_t index = 0;  ///< command of the stream, from 0
};

/// One of the orders that the waits allow: TIU commands as soon as they may start, so that each DMA command comes as
/// late as possible. A program without missing waits computes the same in every allowed order.
/// Errors: E-RUN-DEADLOCK.
std::vector<ReplayStep> replay_order(const isa::Program& program);

}  // namespace bmemu::emulator
