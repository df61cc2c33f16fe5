// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/critical_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/measure/listeners/cycle_stack.h"
#include "harness/measure/listeners/path_walk.h"
#include "isa/error.h"

namespace bmemu::harness {

using emulator::Cause;
using emulator::total;

CriticalPath find_critical_path(const CommandLog& log) {
  CriticalPath path;
  const auto& records = log.records();
  const PathWalk walk(log);
  std::uint32_t at = walk.last();
  path.tail[static_cast<std::size_t>(Cause::kLaunch)] =
      log.length_ps() - (at == PathWalk::kNobody ? 0 : records[at].end_ps);
  path.by_cause = path.tail;
  std::optional<isa::Engine> engine_after;
  while (at != PathWalk::kNobody) {
    const CommandRecord& record = records[at];
    const std::uint32_t before = walk.before(at);
    BMEMU_CHECK(
        before != PathWalk::kNobody || record.blocker != emulator::Blocker::kOtherEngine,
        fmt::format("{} command {} was blocked by a command that never completed", name(record.engine), record.id));
    const auto [step, left] = walk.step(at, before);
    BMEMU_CHECK(left == 0, "a command on the critical path began before what it waited for had ended");
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
