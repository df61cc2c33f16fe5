// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The rules of the banked DDR model once more, burst by burst and without any closed form.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "memory/timing.h"

namespace bmemu::memory {

class SlowDdr {
 public:
  explicit SlowDdr(const isa::ChipSpec& chip) : d_(chip.ddr), controllers_(static_cast<std::size_t>(d_.controllers)) {}

  struct Answer {
    Picoseconds start, end, bus, row, turnaround, refresh;
  };

  Answer when(Picoseconds now, const Pattern& p, Access access) {
    std::map<std::size_t, Request> requests;
    for (std::uint32_t i = 0; i < p.count[0]; ++i)
      for (std::uint32_t j = 0; j < p.count[1]; ++j)
        for (std::uint32_t k = 0; k < p.count[2]; ++k)
          for (std::uint32_t l = 0; l < p.count[3]; ++l) {
            const std::uint64_t from = p.base + static_cast<std::uint64_t>(i * p.stride[0] + j * p.stride[1] +
                                                                           k * p.stride[2] + l * p.stride[3]);
            const auto size = static_cast<std::uint64_t>(d_.burst_bytes);
            for (std::uint64_t at = from / size * size; at < from + p.run_bytes; at += size)
              serve(requests, now, at, access);
          }
    Answer slowest{};
    bool found = false;
    for (auto& [index, request] : requests) {
      const Answer answer = finish(controllers_[index], request);
      if (!found || answer.end > slowest.end) slowest = answer;
      found = true;
    }
    return slowest;
  }

 private:
  struct Bank {
    bool open = false;
    std::uint64_t row = 0;
    std::optional<Picoseconds> activated;
    Picoseconds precharge_from = 0;
  };
  struct Controller {
    std::map<std::uint64_t, Bank> banks;
    std::vector<Picoseconds> activates;
    std::optional<Access> last;
    Picoseconds free = 0;
  };
  struct Request {
    Picoseconds start, arrival, turnaround;
    Picoseconds bus = 0, row = 0;
    std::optional<std::uint64_t> burst;
  };

  static Picoseconds ps(double ns) { return std::llround(ns * 1000); }
  Picoseconds burst_time() const {
    const auto transfers = d_.burst_bytes * 8 / d_.bits_per_controller;
    return std::llround(double(transfers) * 1e6 / d_.rate_mt_per_s);
  }

  void serve(std::map<std::size_t, Request>& requests, Picoseconds now, std::uint64_t at, Access access) {
    const auto granule = static_cast<std::uint64_t>(d_.interleave_bytes);
    const auto ways = static_cast<std::uint64_t>(d_.controllers);
    const std::size_t index = at / granule % ways;
    const std::uint64_t own = at / granule / ways * granule + at % granule;
    const std::uint64_t own_row = own / static_cast<std::uint64_t>(d_.row_bytes);
    const std::uint64_t bank_index = own_row % static_cast<std::uint64_t>(d_.banks);
    const std::uint64_t row = own_row / static_cast<std::uint64_t>(d_.banks);
    Controller& c = controllers_[index];
    if (requests.count(index) == 0) requests[index] = arrive(c, now, access);
    Request& request = requests[index];
    if (request.burst == own) return;
    request.burst = own;
    Bank& bank = c.banks[bank_index];
    if (!bank.open || bank.row != row) {
      Picoseconds activate = request.arrival;
      if (bank.open)
        activate = std::max({activate, *bank.activated + ps(d_.t_ras_ns), bank.precharge_from}) + ps(d_.t_rp_ns);
      if (bank.activated) activate = std::max(activate, *bank.activated + ps(d_.t_rc_ns));
      const std::size_t n = c.activates.size();
      if (n >= 1) activate = std::max(activate, c.activates[n - 1] + ps(d_.t_rrd_ns));
      if (n >= 4) activate = std::max(activate, c.activates[n - 4] + ps(d_.t_faw_ns));
      c.activates.push_back(activate);
      bank.activated = activate;
      bank.open = true;
      bank.row = row;
    }
    const Picoseconds data = std::max(c.free, *bank.activated + ps(d_.t_rcd_ns));
    request.row += data - c.free;
    request.bus += burst_time();
    c.free = data + burst_time();
    bank.precharge_from = c.free + (access == Access::kWrite ? ps(d_.write_to_precharge_ns) : 0);
  }

  /// Steps from refresh to refresh: the time outside of them until `time`.
  Picoseconds own(Picoseconds time) const {
    Picoseconds outside = 0, from = 0;
    for (Picoseconds due = ps(d_.t_refi_ns);; due += ps(d_.t_refi_ns)) {
      if (time <= due) return outside + std::max<Picoseconds>(0, time - from);
      outside += due - from;
      from = due + stall();
    }
  }

  /// The first time by which `own` has passed outside refreshes.
  Picoseconds wall(Picoseconds own) const {
    Picoseconds from = 0;
    for (Picoseconds due = ps(d_.t_refi_ns);; due += ps(d_.t_refi_ns)) {
      if (own <= due - from) return from + own;
      own -= due - from;
      from = due + stall();
    }
  }

  Picoseconds stall() const { return ps(d_.t_rp_ns) + ps(d_.t_rfc_ns) + ps(d_.t_rcd_ns); }

  /// Everything but `start` and the answer is in the time outside refreshes.
  Request arrive(Controller& c, Picoseconds now, Access access) {
    Request request{};
    request.start = std::max(now, wall(c.free));
    request.arrival = std::max(own(now), c.free);
    if (c.last && *c.last != access)
      request.turnaround = std::max<Picoseconds>(
          0, c.free + ps(access == Access::kWrite ? d_.read_to_write_ns : d_.write_to_read_ns) - request.arrival);
    c.last = access;
    c.free = request.arrival + request.turnaround;
    return request;
  }

  Answer finish(Controller& c, const Request& request) {
    const Picoseconds end = wall(c.free);
    const Picoseconds busy = c.free - request.arrival;
    return {request.start, end, request.bus, request.row, request.turnaround, end - request.start - busy};
  }

  isa::DdrSpec d_;
  std::vector<Controller> controllers_;
};

}  // namespace bmemu::memory
