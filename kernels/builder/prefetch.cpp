// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/prefetch.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>

namespace bmemu::kernels {
namespace {

constexpr std::size_t kPieces = 1024;    ///< of a lane, which is what conflicts are told by
constexpr std::size_t kLookahead = 400;  ///< commands
constexpr double kShortWait = 100;       ///< nanoseconds: not worth a change

using Pieces = std::bitset<kPieces>;

/// Follows both engines in rough time while commands are put into their new order.
class Scheduler {
 public:
  explicit Scheduler(const std::vector<PlannedCommand>& commands)
      : commands_(commands), is_issued_(commands.size(), false) {}

  Schedule in_free_order(std::int64_t lane_bytes) {
    piece_ = ceil_div(lane_bytes, std::int64_t{kPieces});
    touched_.reserve(commands_.size());
    for (const PlannedCommand& c : commands_) touched_.push_back(pieces_of(c.access));
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      if (is_issued_[i]) continue;
      if (commands_[i].engine == isa::Engine::kGdma)
        while (start_of(i) > clock(isa::Engine::kGdma) + kShortWait) {
          const auto load = free_load(i);
          if (!load) break;
          issue(*load);
        }
      issue(i);
    }
    return result();
  }

  std::optional<Schedule> in_order(const std::vector<std::size_t>& order) {
    if (order.size() != commands_.size()) return std::nullopt;
    std::size_t first = 0;  // that is not issued
    for (const std::size_t i : order) {
      for (; first < i && is_issued_[first]; ++first) continue;
      for (std::size_t before = first; before < i; ++before)
        if (!is_issued_[before] && share_a_place(commands_[before].access, commands_[i].access)) return std::nullopt;
      issue(i);
    }
    return result();
  }

 private:
  static constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

  struct Clock {
    double now = 0;
    std::uint32_t wait = 0;           ///< of its last command
    std::vector<double> finished{0};  ///< by id
  };
  Clock& engine(isa::Engine e) { return engines_[e == isa::Engine::kTiu ? 0 : 1]; }
  double clock(isa::Engine e) { return engine(e).now; }

  Schedule result() { return {std::move(order_), std::max(engines_[0].now, engines_[1].now)}; }

  static bool share_a_place(const LocalAccess& a, const LocalAccess& b) {
    for (const auto* ranges : {&a.reads, &a.writes})
      for (const auto* others : {&b.reads, &b.writes})
        for (const LaneRange& range : *ranges)
          for (const LaneRange& other : *others)
            if (range.begin < other.end && other.begin < range.end) return true;
    return false;
  }

  Pieces pieces_of(const LocalAccess& access) const {
    Pieces set;
    for (const auto* ranges : {&access.reads, &access.writes})
      for (const LaneRange& range : *ranges)
        for (std::int64_t at = range.begin / piece_; at < ceil_div(range.end, piece_); ++at)
          set.set(std::min(static_cast<std::size_t>(at), kPieces - 1));
    return set;
  }

  std::uint32_t wait_of(std::size_t i) {
    const PlannedCommand& c = commands_[i];
    return std::max(engine(c.engine).wait, dependencies_.needed(c.engine, commands_[i].access));
  }
  double start_of(std::size_t i) {
    const isa::Engine own = commands_[i].engine;
    return std::max(engine(own).now, engine(isa::other(own)).finished[wait_of(i)]);
  }

  void issue(std::size_t i) {
    const PlannedCommand& c = commands_[i];
    Clock& own = engine(c.engine);
    const std::uint32_t wait = wait_of(i);
    own.now = start_of(i) + c.ns;
    own.wait = wait;
    own.finished.push_back(own.now);
    dependencies_.record(c.engine, static_cast<std::uint32_t>(own.finished.size() - 1), commands_[i].access);
    is_issued_[i] = true;
    order_.push_back(i);
  }

  /// The next load of constants that could begin before command `at`, and whose place nothing needs until its turn.
  std::optional<std::size_t> free_load(std::size_t at) {
    Pieces between;
    const std::size_t end = std::min(commands_.size(), at + kLookahead);
    const double latest = start_of(at);
    for (std::size_t i = at; i < end && !between.all(); ++i) {
      if (is_issued_[i]) continue;
      if (i > at && commands_[i].access.loads_constants && (touched_[i] & between).none() && start_of(i) < latest)
        return i;
      between |= touched_[i];
    }
    return std::nullopt;
  }

  const std::vector<PlannedCommand>& commands_;
  std::vector<bool> is_issued_;
  std::int64_t piece_ = 1;
  std::vector<Pieces> touched_;
  std::vector<std::size_t> order_;
  std::array<Clock, 2> engines_;
  Dependencies dependencies_;
};

}  // namespace

Schedule prefetched(const std::vector<PlannedCommand>& commands, std::int64_t lane_bytes) {
  return Scheduler(commands).in_free_order(lane_bytes);
}

std::optional<Schedule> ordered_like(const std::vector<PlannedCommand>& commands,
                                     const std::vector<std::size_t>& order) {
  return Scheduler(commands).in_order(order);
}

}  // namespace bmemu::kernels
