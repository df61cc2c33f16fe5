// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/replay.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace bmemu::harness {

LogReplay::LogReplay(const Run& run) : run_(run) {
  const auto& records = run.log.records();
  std::map<std::tuple<std::uint32_t, isa::Engine, std::uint32_t>, std::uint32_t> step_of;  // group, engine, id
  emulator::Picoseconds first = records.empty() ? 0 : records.front().begin_ps;
  for (std::uint32_t i = 0; i < records.size(); ++i) {  // completion order: what a command waited for is before it
    const CommandRecord& r = records[i];
    first = std::min(first, r.begin_ps);
    Step step;
    step.record = i;
    step.group = r.group;
    if (const auto found = step_of.find({r.group, r.engine, r.id - 1}); found != step_of.end())
      step.same = found->second;
    if (const auto found = step_of.find({r.group, isa::other(r.engine), r.dependency});
        r.dependency != 0 && found != step_of.end())
      step.other = found->second;
    steps_.push_back(step);
    step_of[{r.group, r.engine, r.id}] = static_cast<std::uint32_t>(steps_.size());
  }
  lead_ = static_cast<double>(first);
}

std::vector<double> LogReplay::durations() const {
  std::vector<double> result;
  for (const CommandRecord& r : run_.log.records()) result.push_back(static_cast<double>(r.end_ps - r.begin_ps));
  return result;
}

double LogReplay::length(const std::vector<double>& durations) const {
  std::vector<double> ends(steps_.size() + 1, 0);
  double group_start = lead_;
  double last = lead_;
  std::uint32_t group = steps_.empty() ? 0 : steps_.front().group;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    if (step.group != group) {  // groups run one after the other
      group = step.group;
      group_start = last;
    }
    const double begin =
        std::max({group_start, step.same == 0 ? 0 : ends[step.same], step.other == 0 ? 0 : ends[step.other]});
    ends[i + 1] = begin + durations[step.record];
    last = std::max(last, ends[i + 1]);
  }
  return last;
}

}  // namespace bmemu::harness
