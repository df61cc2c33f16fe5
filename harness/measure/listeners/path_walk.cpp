// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/path_walk.h"

#include <fmt/format.h>

#include <algorithm>

namespace bmemu::harness {
namespace {

using emulator::Blocker;
using emulator::Cause;
using emulator::Picoseconds;
using emulator::TimeStack;
using emulator::total;

/// Takes `excess` out of the waits of a stack: they precede the command's own work. Returns what they do not hold.
Picoseconds trim(TimeStack& stack, Picoseconds excess) {
  for (const Cause wait : {Cause::kSync, Cause::kFetch, Cause::kLaunch, Cause::kIdle}) {
    auto& time = stack[static_cast<std::size_t>(wait)];
    const auto taken = std::min(time, excess);
    time -= taken;
    excess -= taken;
  }
  return excess;
}

}  // namespace

PathWalk::PathWalk(const CommandLog& log) : log_(log) {
  const auto& records = log.records();
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    auto& groups = places_[static_cast<std::size_t>(records[i].engine)];
    if (groups.size() <= records[i].group) groups.resize(records[i].group + 1);
    auto& stream = groups[records[i].group];
    if (stream.size() <= records[i].index) stream.resize(records[i].index + 1, kNobody);
    stream[records[i].index] = i;
  }
}

std::uint32_t PathWalk::command(isa::Engine engine, std::uint32_t group, std::uint32_t id) const {
  const auto& groups = places_[static_cast<std::size_t>(engine)];
  if (id == 0 || group >= groups.size() || id > groups[group].size()) return kNobody;
  return groups[group][id - 1];
}

std::uint32_t PathWalk::last_before(isa::Engine engine, std::uint32_t group) const {
  const auto& groups = places_[static_cast<std::size_t>(engine)];
  for (auto g = std::min<std::size_t>(group, groups.size()); g > 0; --g)
    if (!groups[g - 1].empty()) return groups[g - 1].back();
  return kNobody;
}

std::uint32_t PathWalk::later(std::uint32_t a, std::uint32_t b) const {
  if (a == kNobody || b == kNobody) return a == kNobody ? b : a;
  return log_.records()[b].end_ps > log_.records()[a].end_ps ? b : a;
}

std::uint32_t PathWalk::last() const {
  std::uint32_t at = kNobody;
  for (std::uint32_t i = 0; i < log_.records().size(); ++i) at = later(at, i);
  return at;
}

std::uint32_t PathWalk::before(std::uint32_t at) const {
  const CommandRecord& record = log_.records()[at];
  if (record.blocker == Blocker::kOtherEngine)
    return command(isa::other(record.engine), record.group, record.dependency);
  if (record.blocker == Blocker::kStart || record.index == 0)
    return later(last_before(isa::Engine::kTiu, record.group), last_before(isa::Engine::kGdma, record.group));
  return command(record.engine, record.group, record.id - 1);
}

std::pair<PathStep, Picoseconds> PathWalk::step(std::uint32_t at, std::uint32_t before) const {
  const CommandRecord& record = log_.records()[at];
  PathStep step;
  step.record = at;
  step.begin_ps = before == kNobody ? 0 : log_.records()[before].end_ps;
  step.end_ps = record.end_ps;
  step.stack = log_.stack(record);
  const Picoseconds left = trim(step.stack, total(step.stack) - (step.end_ps - step.begin_ps));
  return {step, left};
}

std::string path_fault(const CommandLog& log) {
  const auto& records = log.records();
  const PathWalk walk(log);
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    const CommandRecord& record = records[i];
    const std::uint32_t before = walk.before(i);
    const auto fault = [&](const char* what) {
      return fmt::format("{} command {} of group {} {}", name(record.engine), record.id, record.group, what);
    };
    if (before == PathWalk::kNobody) {
      if (record.blocker == Blocker::kOtherEngine) return fault("waited for one that is not there");
    } else if (before >= i) {
      return fault("waited for one behind it");
    } else if (records[before].end_ps > record.end_ps) {
      return fault("ended before what it waited for");
    }
    if (walk.step(i, before).second != 0) return fault("began before what it waited for had ended");
  }
  return {};
}

}  // namespace bmemu::harness
