// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a program needs to compute values without time: its memory, and an order that respects every wait.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

/// Firmware tables, and the program's image without copying it: the program must outlive the memory's use.
/// Inputs are not touched: write them at their addresses afterwards.
void prepare_memory(const isa::Program& program, const isa::ChipSpec& chip, memory::ChipMemory& memory);

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
