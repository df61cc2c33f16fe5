// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What planning believes that commands take. Estimates are enough: they choose between plans, and never change values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"
#include "isa/program/program.h"

namespace bmemu::kernels {

/// What a program takes.
struct ProgramCost {
  double ns = 0;
  double bytes = 0;  ///< to and from global memory; what is copied inside of it counts twice
};

/// Contract: times in nanoseconds, never negative. Another model derives from this one: the harness has one that asks
/// the emulator's rules (harness/compile/emulated_cost.h).
class CostModel {
 public:
  explicit CostModel(const isa::ChipSpec& chip) : chip_(chip) {}
  virtual ~CostModel() = default;

  /// How long a command occupies its engine when it waits for nothing; empty of a model that knows no commands. `chip`:
  /// that of the model, but for its local memory.
  virtual std::optional<double> command_ns(const isa::Instruction&, const isa::ChipSpec& /*chip*/) const { return {}; }

  /// What a whole program takes; empty of a model that runs none.
  virtual std::optional<ProgramCost> program_cost(const isa::Program&, const isa::ChipSpec& /*chip*/) const {
    return {};
  }

  virtual double tiu_ns(double cycles) const { return cycles * 1e3 / chip_.tiu.clock_mhz; }
  /// `rows` contiguous pieces of `row_bytes` from global to local memory. `in_order`: they follow each other there.
  virtual double load_ns(double rows, double row_bytes, bool in_order) const {
    return transfer(rows, row_bytes, chip_.gdma.s2l_bytes_per_cycle, load_row_cycles(chip_, in_order),
                    chip_.ideal_dma.ddr_read_start_ns);
  }
  virtual double store_ns(double rows, double row_bytes) const {
    return transfer(rows, row_bytes, chip_.gdma.l2s_bytes_per_cycle, chip_.silicon.dma_row_cycles,
                    chip_.ideal_dma.ddr_write_start_ns);
  }

  /// The shortest time of a row that is loaded, in cycles of the DMA engine. BM1684X reads what is in order in long
  /// bursts and deals out a row per cycle (docs/silicon.md).
  static double load_row_cycles(const isa::ChipSpec& chip, bool in_order) {
    constexpr double kDealt = 1;
    const bool deals_out = in_order && chip.family == isa::Family::kBm1684x;
    return deals_out ? std::min(kDealt, chip.silicon.dma_row_cycles) : chip.silicon.dma_row_cycles;
  }

 private:
  static constexpr double kLeastBytes = 1e-3;  ///< per nanosecond: no division by zero, whatever the chip

  /// A start, then bytes at the rate of the port, or rows at the shortest time of a row, whichever takes longer.
  double transfer(double rows, double row_bytes, double bytes_per_cycle, double row_cycles, double start_ns) const {
    const double ns_per_cycle = 1e3 / chip_.gdma.clock_mhz;
    const bool is_old = chip_.family == isa::Family::kBm1684;
    const double port = is_old ? double(chip_.ideal_dma.port_bytes_per_cycle) / ns_per_cycle
                               : bytes_per_cycle * chip_.gdma.tensor_rate_ratio / ns_per_cycle;
    const double rate = is_old ? std::min(port, chip_.ddr.peak_gb_per_s() * chip_.ideal_dma.ddr_rate_ratio) : port;
    const double bytes_ns = rows * row_bytes / std::max(rate, kLeastBytes) * chip_.silicon.dma_time_ratio;
    const bool is_short = is_old || row_bytes < double(chip_.gdma.row_bytes);
    const double rows_ns = is_short ? rows * row_cycles * ns_per_cycle : 0;
    return chip_.silicon.dma_start_ns + (is_old ? start_ns : 0) + std::max(bytes_ns, rows_ns);
  }

  const isa::ChipSpec& chip_;
};

}  // namespace bmemu::kernels
