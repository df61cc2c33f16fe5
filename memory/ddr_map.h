// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Where an address of external memory lies: controller, bank, row, burst.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "memory/divisor.h"

namespace bmemu::memory {

/// A burst of one controller.
struct DdrPlace {
  std::uint32_t controller = 0;
  std::uint32_t bank = 0;
  std::uint64_t row = 0;
  std::uint64_t burst = 0;  ///< in the controller's own memory, counted from its start
};

/// Contract: granules of `interleave_bytes` go round the controllers; what a controller holds fills a row, then the
/// same row of its next bank, and after the last bank the next row.
/// Source: granule and order of controllers: libsophon driver/bm1684/bm1684_ddr.c, 4 KB interleave of BM1684.
/// Unknown: the granule of BM1684X; the order of bank and row bits; whether bank bits are hashed.
class DdrMap {
 public:
  explicit DdrMap(const isa::DdrSpec& ddr);

  DdrPlace place(std::uint64_t address) const;

  std::uint64_t controllers() const { return controllers_.value(); }
  const Divisor& granule() const { return granule_; }
  std::uint64_t controller_of_granule(std::uint64_t granule) const { return controllers_.remainder(granule); }
  /// Start of a granule in its controller's own memory.
  std::uint64_t local_start(std::uint64_t granule) const { return controllers_.quotient(granule) * granule_.value(); }
  const Divisor& burst() const { return burst_; }
  const Divisor& bursts_per_row() const { return bursts_per_row_; }
  const Divisor& banks() const { return banks_; }

  /// Distance of addresses with the same controller, bank and place in the row; 0 when it exceeds 2^40.
  std::uint64_t period_bytes() const { return period_bytes_; }
  /// The same in a controller's own memory.
  std::uint64_t local_period_bytes() const { return period_bytes_ / controllers(); }
  /// Rows that an address moves down in its bank when it grows by `period_bytes`.
  std::uint64_t rows_per_period() const { return rows_per_period_; }

 private:
  Divisor controllers_;
  Divisor granule_;
  Divisor burst_;
  Divisor bursts_per_row_;
  Divisor banks_;
  std::uint64_t period_bytes_ = 0;
  std::uint64_t rows_per_period_ = 0;
};

}  // namespace bmemu::memory
