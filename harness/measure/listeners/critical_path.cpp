// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/critical_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "harness/measure/listeners/cycle_stack.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using emulator::Blocker;
using emulator::Cause;
using emulator::Picoseconds;
using emulator::TimeStack;
using emulator::total;

constexpr std::uint32_t kNobody = 0xFFFFFFFFU;

/// Where the commands of each stream are in the log.
class Places {
 public:
  explicit Places(const CommandLog& log) {
    const auto& records = log.records();
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      auto& groups = places_[static_cast<std::size_t>(records[i].engine)];
      if (groups.size() <= records[i].group) groups.resize(records[i].group + 1);
      auto& stream = groups[records[i].group];
      if (stream.size() <= records[i].index) stream.resize(records[i].index + 1, kNobody);
      stream[records[i].index] = i;
    }
  }

  /// The record of the command with this id, or kNobody.
  std::uint32_t command(isa::Engine engine, std::uint32_t group, std::uint32_t id) const {
    const auto& groups = places_[static_cast<std::size_t>(engine)];
    if (id == 0 || group >= groups.size() || id > groups[group].size()) return kNobody;
    return groups[group][id - 1];
  }

  /// The last command of an engine in the groups before `group`, or kNobody.
  std::uint32_t last_before(isa::Engine engine, std::uint32_t group) const {
    const auto& groups = places_[static_cast<std::size_t>(engine)];
    for (auto g = std::min<std::size_t>(group, groups.size()); g > 0; --g)
      if (!groups[g - 1].empty()) return groups[g - 1].back();
    return kNobody;
  }

 private:
  std::array<std::vector<std::vector<std::uint32_t>>, 2> places_;
};

std::uint32_t later(const std::vector<CommandRecord>& records, std::uint32_t a, std::uint32_t b) {
  if (a == kNobody || b == kNobody) return a == kNobody ? b : a;
  return records[b].end_ps > records[a].end_ps ? b : a;
}

std::uint32_t predecessor(const CommandLog& log, const Places& places, const CommandRecord& record) {
  if (record.blocker == Blocker::kOtherEngine) {
    const auto waited = places.command(isa::other(record.engine), record.group, record.dependency);
    BMEMU_CHECK(waited != kNobody, fmt::format("{} command {} was blocked by a command that never completed",
                                               name(record.engine), record.id));
    return waited;
  }
  if (record.blocker == Blocker::kStart || record.index == 0)
    return later(log.records(), places.last_before(isa::Engine::kTiu, record.group),
                 places.last_before(isa::Engine::kGdma, record.group));
  return places.command(record.engine, record.group, record.id - 1);
}

/// Takes `excess` out of a stack, from the waits first: they precede the command's own work.
void trim(TimeStack& stack, Picoseconds excess) {
  for (const Cause wait : {Cause::kSync, Cause::kFetch, Cause::kLaunch, Cause::kIdle}) {
    auto& time = stack[static_cast<std::size_t>(wait)];
    const auto taken = std::min(time, excess);
    time -= taken;
    excess -= taken;
  }
  BMEMU_CHECK(excess == 0, "a command on the critical path began before what it waited for had ended");
}

}  // namespace

CriticalPath find_critical_path(const CommandLog& log) {
  CriticalPath path;
  const auto& records = log.records();
  const Places places(log);
  std::uint32_t at = kNobody;
  for (std::uint32_t i = 0; i < records.size(); ++i) at = later(records, at, i);
  path.tail[static_cast<std::size_t>(Cause::kLaunch)] = log.length_ps() - (at == kNobody ? 0 : records[at].end_ps);
  path.by_cause = path.tail;
  std::optional<isa::Engine> engine_after;
  while (at != kNobody) {
    const CommandRecord& record = records[at];
    const std::uint32_t before = predecessor(log, places, record);
    PathStep step;
    step.record = at;
    step.begin_ps = before == kNobody ? 0 : records[before].end_ps;
    step.end_ps = record.end_ps;
    step.stack = log.stack(record);
    trim(step.stack, total(step.stack) - (step.end_ps - step.begin_ps));
    add(path.by_cause, step.stack);
    (record.engine == isa::Engine::kTiu ? path.tiu_ps : path.gdma_ps) += step.end_ps - step.begin_ps;
    if (engine_after && *engine_after != record.engine) ++path.engine_changes;
    engine_after = record.engine;
    path.steps.push_back(step);
    at = before;
  }
  std::reverse(path.steps.begin(), path.steps.end());
  BMEMU_CHECK(total(path.by_cause) == log.length_ps(), "the critical path does not cover the run");
  return path;
}

}  // namespace bmemu::harness
