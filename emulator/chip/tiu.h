// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The tensor computing engine as a module: it sequences, costs come from emulator/tiu.
#pragma once

#include "emulator/chip/engine.h"

namespace bmemu::emulator {

class TiuModule : public EngineModule {
 public:
  TiuModule(const sc_core::sc_module_name& name, RunContext& context, CommandQueue& queue, SyncUnit& sync)
      : EngineModule(name, isa::Engine::kTiu, context, queue, sync) {}

 protected:
  void cost(const isa::Instruction& instruction, const CostBreakdown& ideal, CommandEvent& event) override;
};

}  // namespace bmemu::emulator
