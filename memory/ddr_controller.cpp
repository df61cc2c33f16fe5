// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/ddr_controller.h"

#include <algorithm>
#include <cmath>

namespace bmemu::memory {
namespace {

constexpr Picoseconds kLongAgo = -1'000'000'000'000;  // before every rule's reach

Picoseconds from_ns(double ns) { return static_cast<Picoseconds>(std::llround(ns * 1000)); }

Picoseconds burst_time(const isa::DdrSpec& ddr) {
  const double transfers =
      std::ceil(static_cast<double>(ddr.burst_bytes * 8) / static_cast<double>(ddr.bits_per_controller));
  return std::llround(transfers * 1e6 / ddr.rate_mt_per_s);
}

}  // namespace

std::string_view name(DdrRule rule) {
  switch (rule) {
    case DdrRule::kNone: return "none";
    case DdrRule::kBus: return "bus";
    case DdrRule::kRefresh: return "refresh";
    case DdrRule::kTurnaround: return "turnaround";
    case DdrRule::kRowActive: return "row active";
    case DdrRule::kRowBusy: return "row busy";
    case DdrRule::kActivate: return "activate";
    case DdrRule::kFourActivates: return "four activates";
  }
  return "?";
}

DdrTimes::DdrTimes(const isa::DdrSpec& ddr)
    : burst(burst_time(ddr)),
      rcd(from_ns(ddr.t_rcd_ns)),
      rp(from_ns(ddr.t_rp_ns)),
      ras(from_ns(ddr.t_ras_ns)),
      rc(from_ns(ddr.t_rc_ns)),
      rrd(from_ns(ddr.t_rrd_ns)),
      faw(from_ns(ddr.t_faw_ns)),
      refi(from_ns(ddr.t_refi_ns)),
      rfc(from_ns(ddr.t_rfc_ns)),
      read_to_write(from_ns(ddr.read_to_write_ns)),
      write_to_read(from_ns(ddr.write_to_read_ns)),
      write_to_precharge(from_ns(ddr.write_to_precharge_ns)) {}

Picoseconds RefreshClock::own(Picoseconds time) const {
  const Picoseconds refreshes = time / interval_;
  if (refreshes == 0) return time;
  return time - time % interval_ - (refreshes - 1) * stall_ + std::max<Picoseconds>(0, time % interval_ - stall_);
}

Picoseconds RefreshClock::wall(Picoseconds own) const {
  if (own <= interval_) return own;
  const Picoseconds between = interval_ - stall_;
  return own + (own - interval_ + between - 1) / between * stall_;
}

DdrController::DdrController(const DdrTimes& times, std::uint64_t banks)
    : times_(times), clock_(times.refi, times.refresh_stall()), banks_(banks, Bank{false, 0, kLongAgo, kLongAgo, 0}) {
  activates_.fill(kLongAgo);
}

/// Each rule for activating a row of any bank is one line.
template <class Limit>
void DdrController::activate_limits(Limit limit) const {
  limit(DdrRule::kActivate, activates_[(next_activate_ + 3) % 4] + times_.rrd);
  limit(DdrRule::kFourActivates, activates_[next_activate_] + times_.faw);
}

/// Each rule for closing the open row is one line.
template <class Limit>
void DdrController::precharge_limits(const Bank& bank, Limit limit) const {
  limit(DdrRule::kRowActive, bank.activated + times_.ras);
  limit(DdrRule::kRowBusy, bank.precharge_from);
}

DdrProbe DdrController::probe(Picoseconds now, std::uint32_t bank_index, std::uint64_t row, Access access) const {
  const Bank& bank = banks_[bank_index];
  DdrProbe result{true, DdrRule::kNone, now};
  Picoseconds own = clock_.own(now);
  const auto limit = [&](DdrRule rule, Picoseconds from) {
    if (from <= own) return;
    own = from;
    result = {false, rule, clock_.wall(from)};
  };
  limit(DdrRule::kBus, bus_free_);
  if (!bank.is_open)
    activate_limits(limit);
  else if (bank.row != row)
    precharge_limits(bank, limit);
  else if (last_access_ && *last_access_ != access)
    limit(DdrRule::kTurnaround, bus_free_ + turnaround_gap(access));
  if (clock_.in_refresh(result.ready_at)) result = {false, DdrRule::kRefresh, clock_.after_refresh(result.ready_at)};
  return result;
}

Picoseconds DdrController::turnaround_gap(Access access) const {
  return access == Access::kWrite ? times_.read_to_write : times_.write_to_read;
}

void DdrController::begin(Picoseconds now, Access access) {
  start_ = std::max(now, clock_.wall(bus_free_));
  arrival_ = std::max(clock_.own(now), bus_free_);
  turnaround_ = 0;
  if (last_access_ && *last_access_ != access)
    turnaround_ = std::max<Picoseconds>(0, bus_free_ + turnaround_gap(access) - arrival_);
  last_access_ = access;
  bus_free_ = arrival_ + turnaround_;
  work_ = {};
}

void DdrController::visit(std::uint32_t bank_index, std::uint64_t row, std::uint64_t count) {
  Bank& bank = banks_[bank_index];
  if (!bank.is_open || bank.row != row) {
    Picoseconds from = arrival_;
    const auto limit = [&from](DdrRule, Picoseconds time) { from = std::max(from, time); };
    if (bank.is_open) {
      precharge_limits(bank, limit);
      from += times_.rp;
    }
    limit(DdrRule::kNone, bank.activated + times_.rc);
    activate_limits(limit);
    bank.is_open = true;
    bank.row = row;
    bank.activated = from;
    activates_[next_activate_] = from;
    next_activate_ = (next_activate_ + 1) % 4;
  }
  const Picoseconds data = std::max(bus_free_, bank.activated + times_.rcd);
  work_.row += data - bus_free_;
  work_.bursts += count;
  bus_free_ = data + static_cast<Picoseconds>(count) * times_.burst;
  bank.precharge_from = bus_free_ + (last_access_ == Access::kWrite ? times_.write_to_precharge : 0);
  bank.mark = mark_;
}

void DdrController::append_state(std::vector<Picoseconds>& state) const {
  const Picoseconds reach = times_.rc + times_.ras + times_.rp + times_.rcd + times_.rrd + times_.faw;
  const auto relative = [&](Picoseconds time) { return std::max(time - bus_free_, -reach); };
  for (const Bank& bank : banks_) {
    state.push_back(bank.is_open ? 1 : 0);
    state.push_back(relative(bank.activated));
    state.push_back(relative(bank.precharge_from));
  }
  for (std::size_t i = 0; i < activates_.size(); ++i)
    state.push_back(relative(activates_[(next_activate_ + i) % activates_.size()]));
}

void DdrController::repeat(const Work& from, std::uint64_t times, std::uint64_t rows, std::uint64_t mark) {
  const auto n = static_cast<Picoseconds>(times);
  const Work once{work_.bursts - from.bursts, work_.row - from.row};
  const Picoseconds duration = n * (static_cast<Picoseconds>(once.bursts) * times_.burst + once.row);
  work_.bursts += times * once.bursts;
  work_.row += n * once.row;
  bus_free_ += duration;
  for (Picoseconds& activate : activates_) activate += duration;
  for (Bank& bank : banks_) {
    if (bank.mark < mark) continue;
    bank.activated += duration;
    bank.precharge_from += duration;
    bank.row += times * rows;
  }
}

void DdrController::extrapolate(double share) {
  const auto bursts = static_cast<std::uint64_t>(static_cast<double>(work_.bursts) * share);
  const auto row = static_cast<Picoseconds>(static_cast<double>(work_.row) * share);
  work_.bursts += bursts;
  work_.row += row;
  bus_free_ += static_cast<Picoseconds>(bursts) * times_.burst + row;
}

DdrController::Result DdrController::finish() {
  Result result;
  result.start = start_;
  result.end = clock_.wall(bus_free_);
  result.bus = static_cast<Picoseconds>(work_.bursts) * times_.burst;
  result.row = work_.row;
  result.turnaround = turnaround_;
  result.refresh = result.end - result.start - (bus_free_ - arrival_);
  return result;
}

}  // namespace bmemu::memory
