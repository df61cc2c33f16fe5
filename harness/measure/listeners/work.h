// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How much a run computes, and which kinds of command it spends its time in.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/event/event.h"

namespace bmemu::harness {

/// All commands of one operation.
struct OperationTotals {
  std::string operation;
  isa::Engine engine = isa::Engine::kTiu;
  std::uint64_t commands = 0;
  emulator::Picoseconds busy_ps = 0;
  double macs = 0;
};

struct Work {
  double macs = 0;                          ///< of convolutions and matrix multiplications
  std::string type;                         ///< of most of them: "fp32", "fp16", "int8"; empty without any
  double peak_ms = 0;                       ///< their time at the array's peak, each in its own type
  double peak_tops = 0;                     ///< the chip's peak in `type`
  std::vector<OperationTotals> operations;  ///< the longest first

  /// 10^12 multiplications and additions per second over a run of this length.
  double tops(double run_ms) const { return run_ms > 0 ? 2 * macs / run_ms / 1e9 : 0; }
  double utilisation(double run_ms) const { return run_ms > 0 ? peak_ms / run_ms : 0; }
};

class WorkCounter : public emulator::Listener {
 public:
  void on_start(const emulator::RunStart& start) override;
  void on_command(const emulator::CommandEvent& event) override;
  /// After the run.
  Work work() const;

 private:
  const isa::ChipSpec* chip_ = nullptr;
  std::map<std::pair<isa::Engine, std::string_view>, OperationTotals> operations_;
  std::map<std::string, double> macs_;  ///< by type
};

}  // namespace bmemu::harness
