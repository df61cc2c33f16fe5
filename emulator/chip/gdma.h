// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The DMA engine as a module: it sequences; what a command moves and costs comes from emulator/gdma.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <tlm>

#include "emulator/chip/engine.h"
#include "emulator/chip/pattern_extension.h"

namespace bmemu::emulator {

/// Contract: a command takes as long as the slower of the engine's own ports and the memories; reads and writes of one
/// command overlap, except where both go to DDR, which serves one direction at a time.
class GdmaModule : public EngineModule {
 public:
  GdmaModule(const sc_core::sc_module_name& name, RunContext& context, CommandQueue& queue, SyncUnit& sync)
      : EngineModule(name, isa::Engine::kGdma, context, queue, sync), to_interconnect("to_interconnect") {}

  /// The chip of the next run.
  void use(const isa::ChipSpec& chip);

  tlm_utils::simple_initiator_socket<GdmaModule> to_interconnect;

 protected:
  void cost(const isa::Instruction& instruction, const CostBreakdown& ideal, CommandEvent& event) override;

 private:
  /// Time that the memories need for `patterns`, from `after` on; adds its causes to `stack`.
  Picoseconds serve(const std::vector<memory::Pattern>& patterns, memory::Access access, Picoseconds after,
                    TimeStack& stack);

  isa::ChipSpec chip_;
};

}  // namespace bmemu::emulator
