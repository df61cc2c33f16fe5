// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What planning believes that commands take. Estimates are enough: they choose between plans, and never change values.
#pragma once

#include <algorithm>
#include <cstdint>

#include "isa/chip/chip_spec.h"

namespace bmemu::kernels {

/// Contract: times in nanoseconds, never negative. Another model derives from this one.
class CostModel {
 public:
  explicit CostModel(const isa::ChipSpec& chip) : chip_(chip) {}
  virtual ~CostModel() = default;

  virtual double tiu_ns(double cycles) const { return cycles * 1e3 / chip_.tiu.clock_mhz; }
  /// `rows` contiguous pieces of `row_bytes` from global to local memory.
  virtual double load_ns(double rows, double row_bytes) const { return transfer(rows, row_bytes, kLoadRatio); }
  virtual double store_ns(double rows, double row_bytes) const { return transfer(rows, row_bytes, 1.0); }

 private:
  static constexpr double kLoadRatio = 1.3;      ///< loads over stores, of BM1684X
  static constexpr double kStartNs = 150;        ///< of a command
  static constexpr double kShortRowShare = 0.6;  ///< of what short rows lose in theory

  double transfer(double rows, double row_bytes, double faster) const {
    if (chip_.family == isa::Family::kBm1684) {
      const double gb_per_s = std::max(chip_.ddr.peak_gb_per_s(), 1e-3) * 0.5;
      return kStartNs + std::max(rows * row_bytes / gb_per_s, rows * 0.9);
    }
    const double rate = std::max(chip_.gdma.l2s_bytes_per_cycle, 1.0) * faster * chip_.gdma.clock_mhz / 1e3;
    const double shortest = double(chip_.gdma.row_bytes);
    const double lost = std::max(shortest - row_bytes, 0.0) * kShortRowShare;
    return kStartNs + rows * (row_bytes + lost) / rate;
  }

  const isa::ChipSpec& chip_;
};

}  // namespace bmemu::kernels
