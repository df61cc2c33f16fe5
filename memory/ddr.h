// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// External memory: the models behind `make_ddr_timing`. Parameters and assumptions: docs/chip/memory.md.
#pragma once

#include <memory>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "memory/ddr_controller.h"
#include "memory/ddr_map.h"
#include "memory/runs.h"
#include "memory/timing.h"

namespace bmemu::memory {

/// Detail level `banked`.
/// Contract: controllers work in parallel, each through its own part of a pattern in order; a request ends with the
/// last of them, and `by_rule` is the time of that one from when it turned to the request. A request begins when its
/// controllers are free, whatever the others do. A copy inside DDR is two requests: who interleaves reads and writes
/// calls in the pieces that it interleaves.
/// Cost: long runs and long regular dimensions in constant time, once they repeat; otherwise a few tens of nanoseconds
/// per run. Exact up to `kRunBudget` visited runs; beyond, the rest takes its share of the time of the visited ones.
class BankedDdr final : public MemoryTiming {
 public:
  static constexpr std::uint64_t kRunBudget = 1 << 20;

  /// Errors: E-CHIP-CONSISTENCY.
  explicit BankedDdr(const isa::ChipSpec& chip);

  Service when(Picoseconds now, const Pattern& pattern, Access access) override;

  /// Whether the first command of a request could be issued now, and what keeps it. Changes nothing.
  DdrProbe probe(Picoseconds now, const Pattern& pattern, Access access) const;

  const DdrMap& map() const { return map_; }
  const DdrTimes& times() const { return times_; }

 private:
  struct Request;
  void serve_row(Request& request, const Runs& runs, std::uint64_t base);
  void serve_run(Request& request, std::uint64_t address, std::uint64_t bytes);
  void serve_local(Request& request, std::size_t controller, std::uint64_t from, std::uint64_t to);
  void visit_rows(std::size_t controller, std::uint64_t burst, std::uint64_t end);
  template <class Body>
  std::uint64_t repeat(std::size_t first, std::size_t last, std::uint64_t periods, std::uint64_t rows_per_period,
                       Body body);
  Service slowest(const Request& request);

  DdrMap map_;
  DdrTimes times_;
  std::vector<DdrController> controllers_;
};

/// Detail level `bandwidth`: bytes at the peak rate times an efficiency, one request after the other.
class BandwidthDdr final : public MemoryTiming {
 public:
  explicit BandwidthDdr(const isa::ChipSpec& chip);
  Service when(Picoseconds now, const Pattern& pattern, Access access) override;

 private:
  double ps_per_byte_;
  Picoseconds free_ = 0;
};

}  // namespace bmemu::memory
