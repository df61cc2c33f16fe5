// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Moves loads of constants to where the GDMA would only wait for the TIU.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "isa/encoding/instruction.h"
#include "kernels/builder/dependencies.h"

namespace bmemu::kernels {

/// A command in program order.
struct PlannedCommand {
  isa::Instruction instruction;
  LocalAccess access;
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t layer = 0;
  double ns = 0;  ///< that it takes, roughly
};

struct Schedule {
  std::vector<std::size_t> order;  ///< indices into the commands
  double ns = 0;                   ///< until both engines are done
};

/// A new order in which running the commands one after the other is right too. Commands of the TIU and all others of
/// the GDMA keep their order; a load of constants (`LocalAccess::loads_constants`) comes earlier where the GDMA would
/// wait otherwise, if nothing in between touches its place in local memory. `lane_bytes`: of a lane, that commands may
/// touch.
Schedule prefetched(const std::vector<PlannedCommand>& commands, std::int64_t lane_bytes);

/// The commands in an order that `prefetched` gave for the same ones with other places in local memory. None when a
/// load would come before a command that touches its place.
std::optional<Schedule> ordered_like(const std::vector<PlannedCommand>& commands,
                                     const std::vector<std::size_t>& order);

}  // namespace bmemu::kernels
