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
  Scheduler(const std::vector<PlannedCommand>& commands, std::int64_t lane_bytes, std::int64_t crowding)
      : commands_(commands), is_issued_(commands.size(), false), piece_(ceil_div(lane_bytes, std::int64_t{kPieces})) {
    accesses_.reserve(commands.size());
    touched_.reserve(commands.size());
    for (const PlannedCommand& c : commands) {
      accesses_.push_back(c.access);
      for (auto* ranges : {&accesses_.back().reads, &accesses_.back().writes})
        for (LaneRange& range : *ranges)
          if (range.begin < lane_bytes) range.end = range.begin + (range.end - range.begin) * crowding;
      touched_.push_back(pieces_of(accesses_.back()));
    }
  }

  Schedule run() {
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
    return {std::move(order_), std::max(engines_[0].now, engines_[1].now)};
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
    return std::max(engine(c.engine).wait, dependencies_.needed(c.engine, accesses_[i]));
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
    dependencies_.record(c.engine, static_cast<std::uint32_t>(own.finished.size() - 1), accesses_[i]);
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
  std::int64_t piece_;
  std::vector<LocalAccess> accesses_;
  std::vector<Pieces> touched_;
  std::vector<std::size_t> order_;
  std::array<Clock, 2> engines_;
  Dependencies dependencies_;
};

}  // namespace

Schedule prefetched(const std::vector<PlannedCommand>& commands, std::int64_t lane_bytes, std::int64_t crowding) {
  return Scheduler(commands, lane_bytes, crowding).run();
}

}  // namespace bmemu::kernels
