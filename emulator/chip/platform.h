// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The elaborated SystemC hierarchy of one chip. SystemC elaborates once per process: this is the one place that knows
// it.
#pragma once

#include <systemc>

#include "emulator/chip/command_queue.h"
#include "emulator/chip/gdma.h"
#include "emulator/chip/interconnect.h"
#include "emulator/chip/memory_port.h"
#include "emulator/chip/run_context.h"
#include "emulator/chip/sync_unit.h"
#include "emulator/chip/tiu.h"

namespace bmemu::emulator {

/// Contract: at most one Platform per process (E-RUN-PLATFORM otherwise), built before the first run. It is
/// chip-neutral: every run brings its own program and chip. Users who plug in their own DDR model build a Platform,
/// bind `external_ddr` to their TLM-2.0 target before the first run, and select detail level `external`; everybody else
/// calls emulator::run.
class Platform : public sc_core::sc_module {
 public:
  explicit Platform(const sc_core::sc_module_name& name);
  ~Platform() override;

  RunEnd run(const isa::Program& program, const isa::ChipSpec& chip, const RunOptions& options,
             const std::vector<Listener*>& listeners);

  /// Initiator side of the DDR port for a target of the user. Optional; bind before the first run.
  MemoryPort::ExternalSocket& external_ddr() { return ddr_.external; }

  /// The platform of this process, made on first use.
  static Platform& shared();

 private:
  void check_hazards() const;
  void run_group(std::uint32_t group);
  void unwind();

  bool elaborated_ = false;
  RunContext context_;
  CommandQueue tiu_queue_;
  CommandQueue gdma_queue_;
  SyncUnit sync_;
  CommandFeeder tiu_feeder_;
  CommandFeeder gdma_feeder_;
  TiuModule tiu_;
  GdmaModule gdma_;
  Interconnect interconnect_;
  MemoryPort ddr_;
  MemoryPort l2_;
  MemoryPort local_memory_;
  MemoryPort static_memory_;
};

}  // namespace bmemu::emulator
