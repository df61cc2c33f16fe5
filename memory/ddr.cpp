// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/ddr.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::memory {

namespace {

/// Time of a request's bytes if every controller had its equal part.
Picoseconds even_time(std::uint64_t bytes, Picoseconds burst, std::uint64_t burst_bytes, std::uint64_t controllers) {
  return static_cast<Picoseconds>(static_cast<long double>(bytes) * static_cast<long double>(burst) /
                                  static_cast<long double>(burst_bytes * controllers));
}

}  // namespace

/// What one call of `when` keeps.
struct BankedDdr::Request {
  Picoseconds now = 0;
  Access access = Access::kRead;
  std::uint64_t bytes = 0;                ///< asked for
  std::vector<bool> is_begun;             ///< per controller
  std::vector<std::uint64_t> next_burst;  ///< per controller: after the last one served; 0 before the first
  std::uint64_t visited = 0;              ///< runs
  std::uint64_t done = 0;                 ///< runs, repeated ones included
};

BankedDdr::BankedDdr(const isa::ChipSpec& chip) : map_((isa::check_chip(chip), chip.ddr)), times_(chip.ddr) {
  controllers_.assign(map_.controllers(), DdrController(times_, map_.banks().value()));
}

DdrProbe BankedDdr::probe(Picoseconds now, const Pattern& pattern, Access access) const {
  const DdrPlace place = map_.place(merged(pattern, map_.burst().value()).base);
  return controllers_[place.controller].probe(now, place.bank, place.row, access);
}

Service BankedDdr::when(Picoseconds now, const Pattern& pattern, Access access) {
  BMEMU_CHECK(pattern.space == isa::Space::kDdr, std::string(isa::name(pattern.space)));
  if (pattern.bytes() == 0) return {now, now, {}};
  const Runs runs = merged(pattern, map_.burst().value());
  Request request;
  request.now = now;
  request.access = access;
  request.bytes = pattern.bytes();
  request.is_begun.assign(controllers_.size(), false);
  request.next_burst.assign(controllers_.size(), 0);
  const std::uint64_t rows = runs.count[0] * runs.count[1] * runs.count[2];
  for (std::uint64_t row = 0; row < rows && request.visited < kRunBudget; ++row) {
    const std::uint64_t k = row % runs.count[2];
    const std::uint64_t j = row / runs.count[2] % runs.count[1];
    const std::uint64_t i = row / runs.count[2] / runs.count[1];
    serve_row(request, runs, runs.base + i * runs.stride[0] + j * runs.stride[1] + k * runs.stride[2]);
  }
  if (request.done < runs.runs()) {
    const double share = static_cast<double>(runs.runs() - request.done) / static_cast<double>(request.done);
    for (std::size_t c = 0; c < controllers_.size(); ++c)
      if (request.is_begun[c]) controllers_[c].extrapolate(share);
  }
  return slowest(request);
}

/// Calls `body(0)`, `body(1)` ... `body(periods - 1)`, which are the same visits but for a constant number of rows,
/// until the state of controllers [first, last) repeats; the rest follows without visiting. Returns the number of
/// calls made. `body` returns false to stop early.
template <class Body>
std::uint64_t BankedDdr::repeat(std::size_t first, std::size_t last, std::uint64_t periods,
                                std::uint64_t rows_per_period, Body body) {
  std::vector<Picoseconds> before, after;
  std::vector<DdrController::Work> work(last - first);
  std::vector<std::uint64_t> marks(last - first);
  for (std::size_t c = first; c < last; ++c) marks[c - first] = controllers_[c].mark();
  for (std::uint64_t period = 0; period < periods; ++period) {
    for (std::size_t c = first; c < last; ++c) work[c - first] = controllers_[c].work();
    if (!body(period)) return period + 1;
    after.clear();
    for (std::size_t c = first; c < last; ++c) controllers_[c].append_state(after);
    // The first period meets rows that were left open before; only from the second on do equal states repeat.
    if (period > 0 && after == before) {
      for (std::size_t c = first; c < last; ++c)
        controllers_[c].repeat(work[c - first], periods - period - 1, rows_per_period, marks[c - first]);
      return period + 1;
    }
    before.swap(after);
  }
  return periods;
}

/// The innermost dimension.
void BankedDdr::serve_row(Request& request, const Runs& runs, std::uint64_t base) {
  const std::uint64_t count = runs.count[3];
  const std::uint64_t stride = runs.stride[3];
  const auto run = [&](std::uint64_t i) {
    serve_run(request, base + i * stride, runs.run_bytes);
    ++request.visited;
    ++request.done;
    return request.visited < kRunBudget;
  };
  // After `period` runs the same places in all banks come again, `rows` rows further down.
  const std::uint64_t whole = map_.period_bytes();
  const std::uint64_t period = whole == 0 ? count : stride == 0 ? 1 : whole / std::gcd(whole, stride);
  const std::uint64_t periods = count / period;
  std::uint64_t next = 0;
  if (periods > 2) {
    std::vector<std::uint64_t> bursts;
    for (const DdrController& controller : controllers_) bursts.push_back(controller.work().bursts);
    const std::uint64_t moves = period * stride / whole;  // of the mapping's period
    const std::uint64_t made =
        repeat(0, controllers_.size(), periods, moves * map_.rows_per_period(), [&](std::uint64_t p) {
          for (std::uint64_t i = 0; i < period; ++i)
            if (!run(p * period + i)) return false;
          return true;
        });
    if (request.visited >= kRunBudget) return;
    next = periods * period;
    request.done += (periods - made) * period;
    const std::uint64_t bursts_per_move = map_.burst().quotient(map_.local_period_bytes());
    for (std::size_t c = 0; c < controllers_.size(); ++c)
      if (controllers_[c].work().bursts != bursts[c])
        request.next_burst[c] += (periods - made) * moves * bursts_per_move;
  }
  for (; next < count; ++next)
    if (!run(next)) return;
}

/// A run is one contiguous part of the memory of each controller that it reaches.
void BankedDdr::serve_run(Request& request, std::uint64_t address, std::uint64_t bytes) {
  const std::uint64_t last = address + bytes - 1;
  const std::uint64_t first_granule = map_.granule().quotient(address);
  const std::uint64_t last_granule = map_.granule().quotient(last);
  const std::uint64_t granules = last_granule - first_granule + 1;
  const std::uint64_t size = map_.granule().value();
  const std::uint64_t reached = std::min<std::uint64_t>(granules, controllers_.size());
  for (std::uint64_t i = 0; i < reached; ++i) {
    const std::uint64_t from_granule = first_granule + i;
    const std::uint64_t to_granule =
        reached == granules ? from_granule : last_granule - (last_granule - from_granule) % controllers_.size();
    const std::uint64_t from = map_.local_start(from_granule) + (i == 0 ? address - first_granule * size : 0);
    const std::uint64_t to =
        map_.local_start(to_granule) + (to_granule == last_granule ? last - last_granule * size + 1 : size);
    serve_local(request, map_.controller_of_granule(from_granule), from, to);
  }
}

void BankedDdr::serve_local(Request& request, std::size_t controller, std::uint64_t from, std::uint64_t to) {
  std::uint64_t burst = map_.burst().quotient(from);
  const std::uint64_t end = map_.burst().quotient(to - 1) + 1;
  // The DMA engine is assumed to take neighbouring runs that share a burst out of one burst.
  if (burst + 1 == request.next_burst[controller]) ++burst;
  if (burst >= end) return;
  request.next_burst[controller] = end;
  if (!request.is_begun[controller]) {
    controllers_[controller].begin(request.now, request.access);
    request.is_begun[controller] = true;
  }
  const std::uint64_t stripe = map_.bursts_per_row().value() * map_.banks().value();  // one row of every bank
  const std::uint64_t stripes = (end - burst) / stripe;
  if (stripes > 2) {
    repeat(controller, controller + 1, stripes, 1, [&](std::uint64_t i) {
      visit_rows(controller, burst + i * stripe, burst + (i + 1) * stripe);
      return true;
    });
    burst += stripes * stripe;
  }
  visit_rows(controller, burst, end);
}

void BankedDdr::visit_rows(std::size_t controller, std::uint64_t burst, std::uint64_t end) {
  while (burst < end) {
    const std::uint64_t row = map_.bursts_per_row().quotient(burst);
    const std::uint64_t row_end = std::min(end, (row + 1) * map_.bursts_per_row().value());
    controllers_[controller].visit(static_cast<std::uint32_t>(map_.banks().remainder(row)), map_.banks().quotient(row),
                                   row_end - burst);
    burst = row_end;
  }
}

Service BankedDdr::slowest(const Request& request) {
  Service service;
  DdrController::Result slowest;
  std::uint64_t bursts = 0;
  bool found = false;
  for (std::size_t c = 0; c < controllers_.size(); ++c) {
    if (!request.is_begun[c]) continue;
    bursts += controllers_[c].work().bursts;
    const auto result = controllers_[c].finish();
    if (!found || result.end > slowest.end) slowest = result;
    found = true;
  }
  service.start = slowest.start;
  service.end = slowest.end;
  const auto set = [&](Rule rule, Picoseconds time) { service.by_rule[static_cast<std::size_t>(rule)] = time; };
  const std::uint64_t size = map_.burst().value();
  const Picoseconds even = std::min(slowest.bus, even_time(bursts * size, times_.burst, size, controllers_.size()));
  const Picoseconds asked = std::min(even, even_time(request.bytes, times_.burst, size, controllers_.size()));
  set(Rule::kBandwidth, asked);
  set(Rule::kBurst, even - asked);
  set(Rule::kInterleave, slowest.bus - even);
  set(Rule::kRow, slowest.row);
  set(Rule::kTurnaround, slowest.turnaround);
  set(Rule::kRefresh, slowest.refresh);
  return service;
}

BandwidthDdr::BandwidthDdr(const isa::ChipSpec& chip)
    : ps_per_byte_(1000 / (chip.ddr.peak_gb_per_s() * chip.ddr.efficiency_ratio)) {}

Service BandwidthDdr::when(Picoseconds now, const Pattern& pattern, Access) {
  Service service;
  service.start = std::max(now, free_);
  const auto time = static_cast<Picoseconds>(std::llround(static_cast<double>(pattern.bytes()) * ps_per_byte_));
  service.end = service.start + time;
  service.by_rule[static_cast<std::size_t>(Rule::kBandwidth)] = time;
  free_ = service.end;
  return service;
}

std::unique_ptr<MemoryTiming> make_ddr_timing(const isa::ChipSpec& chip) {
  const auto detail = static_cast<isa::DdrDetail>(chip.ddr.detail);
  BMEMU_CHECK(detail != isa::DdrDetail::kExternal, "an external DDR has no model here");
  if (detail == isa::DdrDetail::kBandwidth) return std::make_unique<BandwidthDdr>(chip);
  return std::make_unique<BankedDdr>(chip);
}

}  // namespace bmemu::memory
