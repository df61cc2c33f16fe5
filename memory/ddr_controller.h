// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The state of one DDR controller, and the rules that make a request wait for it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "memory/pattern.h"
#include "memory/timing.h"

namespace bmemu::memory {

/// Times of the DDR devices in picoseconds.
struct DdrTimes {
  explicit DdrTimes(const isa::DdrSpec& ddr);
  Picoseconds burst, rcd, rp, ras, rc, rrd, faw, refi, rfc, read_to_write, write_to_read, write_to_precharge;
  /// Nothing is served while a refresh closes the rows, refreshes all banks and opens the rows again.
  Picoseconds refresh_stall() const { return rp + rfc + rcd; }
};

/// The controllers' own time, which stands still during refreshes: one of `stall` is due at every multiple of
/// `interval`. Both conversions are monotone and know no controller's state, so that no phase of the refresh can make
/// an earlier request end later.
class RefreshClock {
 public:
  RefreshClock(Picoseconds interval, Picoseconds stall) : interval_(interval), stall_(stall) {}
  bool in_refresh(Picoseconds time) const { return time >= interval_ && time % interval_ < stall_; }
  /// `time`, or the end of the refresh that it lies in.
  Picoseconds after_refresh(Picoseconds time) const {
    return in_refresh(time) ? time - time % interval_ + stall_ : time;
  }
  /// The time outside refreshes until `time`.
  Picoseconds own(Picoseconds time) const;
  /// The first time by which `own` has passed outside refreshes.
  Picoseconds wall(Picoseconds own) const;

 private:
  Picoseconds interval_, stall_;
};

/// What keeps a command from being issued.
enum class DdrRule : std::uint8_t {
  kNone,
  kBus,            ///< the controller still serves an earlier request
  kRefresh,        ///< tRP + tRFC + tRCD
  kTurnaround,     ///< column command after one of the other direction
  kRowActive,      ///< precharge, tRAS
  kRowBusy,        ///< precharge, the row's last burst or its write recovery
  kActivate,       ///< activate, tRRD
  kFourActivates,  ///< activate, tFAW
};
std::string_view name(DdrRule rule);  ///< "none", "bus", "refresh" ...

/// Whether the first command that a request needs may be issued.
struct DdrProbe {
  bool ready = false;
  DdrRule rule = DdrRule::kNone;  ///< the last rule to give way
  Picoseconds ready_at = 0;       ///< if nothing else comes in between
};

/// Contract: one request at a time, `begin` - `visit`... - `finish`; rows stay open until a conflict, a refresh opens
/// those again that it closed. Row visits are served in order; activates run ahead of the data, so that only what they
/// cannot hide costs time. All times are those of column commands: data follow a constant latency later, which is part
/// of the DMA's start-up. Refresh of all banks is due at every multiple of tREFI.
/// A request that comes earlier, or takes less, never ends later, nor does any that follows it in the same order.
class DdrController {
 public:
  DdrController(const DdrTimes& times, std::uint64_t banks);

  DdrProbe probe(Picoseconds now, std::uint32_t bank, std::uint64_t row, Access access) const;

  void begin(Picoseconds now, Access access);
  /// `count` bursts in one row.
  void visit(std::uint32_t bank, std::uint64_t row, std::uint64_t count);

  /// What the request cost so far, without refresh.
  struct Work {
    std::uint64_t bursts = 0;
    Picoseconds row = 0;  ///< the data bus waits for rows
  };
  const Work& work() const { return work_; }
  /// How the request would go on, relative to the data bus: equal states answer equal visits equally, if rows differ
  /// by a constant.
  void append_state(std::vector<Picoseconds>& state) const;
  /// A mark to tell which banks are visited from now on.
  std::uint64_t mark() { return ++mark_; }
  /// Repeats `times` times what brought `from` to `work()`, without visiting; every repetition goes `rows` rows down
  /// in the banks visited since `mark`.
  void repeat(const Work& from, std::uint64_t times, std::uint64_t rows, std::uint64_t mark);
  /// Adds `share` times the work so far: an estimate for visits that are not made.
  void extrapolate(double share);

  struct Result {
    Picoseconds start = 0, end = 0;
    Picoseconds bus = 0, row = 0, turnaround = 0, refresh = 0;  ///< sum to end - start
  };
  Result finish();

 private:
  struct Bank {
    bool is_open = false;
    std::uint64_t row = 0;
    Picoseconds activated;
    Picoseconds precharge_from;  ///< end of the last burst and its recovery
    std::uint64_t mark = 0;
  };
  template <class Limit>
  void activate_limits(Limit limit) const;
  template <class Limit>
  void precharge_limits(const Bank& bank, Limit limit) const;
  Picoseconds turnaround_gap(Access access) const;

  DdrTimes times_;
  RefreshClock clock_;
  // All times below, but `start_`, are the clock's own.
  std::vector<Bank> banks_;
  std::array<Picoseconds, 4> activates_;  ///< the last four; `next_activate_` is the oldest
  std::size_t next_activate_ = 0;
  std::optional<Access> last_access_;
  Picoseconds bus_free_ = 0;
  std::uint64_t mark_ = 0;

  // Of the current request.
  Picoseconds start_ = 0;    ///< wall time at which the controller turned to it
  Picoseconds arrival_ = 0;  ///< first possible command
  Picoseconds turnaround_ = 0;
  Work work_;
};

}  // namespace bmemu::memory
