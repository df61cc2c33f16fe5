// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A profile as a run: times that were read, with everything else from a run of the same program where there is one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/measure/log_totals.h"
#include "harness/profile/vendor_profile.h"
#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

using emulator::Cause;
using emulator::Picoseconds;
using emulator::TimeStack;

constexpr Cause kWaits[] = {Cause::kLaunch, Cause::kIdle, Cause::kFetch, Cause::kSync};

Picoseconds& of(TimeStack& stack, Cause cause) { return stack[static_cast<std::size_t>(cause)]; }

/// Takes `excess` out of the waits.
void shorten(TimeStack& stack, Picoseconds excess) {
  for (const Cause wait : kWaits) {
    const Picoseconds taken = std::min(of(stack, wait), excess);
    of(stack, wait) -= taken;
    excess -= taken;
  }
}

/// The causes of a command that now works for `busy` and waits for `wait`, in the proportions that it had.
TimeStack stretched(TimeStack stack, Picoseconds busy, Picoseconds wait) {
  for (const Cause cause : kWaits) of(stack, cause) = 0;
  const auto whole = static_cast<double>(emulator::total(stack));
  Picoseconds left = busy;
  std::size_t largest = static_cast<std::size_t>(Cause::kArray);
  for (std::size_t c = 0; c < stack.size(); ++c) {
    if (stack[c] > stack[largest]) largest = c;
    if (whole > 0)
      stack[c] = static_cast<Picoseconds>(std::floor(double(stack[c]) / whole * static_cast<double>(busy)));
    left -= stack[c];
  }
  stack[largest] += left;
  of(stack, Cause::kSync) = wait;
  return stack;
}

/// Ids of all groups counted on, as a profile has them.
class Ids {
 public:
  explicit Ids(const CommandLog& log) {
    for (const CommandRecord& r : log.records()) {
      auto& counts = counts_[static_cast<std::size_t>(r.engine)];
      if (counts.size() <= r.group) counts.resize(r.group + 1);
      ++counts[r.group];
    }
  }
  std::uint32_t of(const CommandRecord& record) const {
    const auto& counts = counts_[static_cast<std::size_t>(record.engine)];
    std::uint32_t id = record.id;
    for (std::uint32_t g = 0; g < record.group; ++g) id += counts[g];
    return id;
  }

 private:
  std::array<std::vector<std::uint32_t>, 2> counts_;
};

/// A command before it is entered: where it stands and what is known of it besides the profile's times.
struct Draft {
  CommandRecord record;
  std::string operation;
  TimeStack stack{};
};

/// Enters commands so that each begins after what it waits for, as a log must have them.
class LogBuilder {
 public:
  void add(Draft draft) {
    CommandRecord& r = draft.record;
    const auto e = static_cast<std::size_t>(r.engine);
    if (r.group != group_) {
      group_ = r.group;
      barrier_ = std::max(last_[0], last_[1]);
    }
    const auto waited = ends_.find({r.group, isa::other(r.engine), r.dependency});
    const Picoseconds other = r.dependency == 0 || waited == ends_.end() ? 0 : waited->second;
    const Picoseconds previous = last_[e];
    const Picoseconds earliest = std::max({previous, other, r.index == 0 ? barrier_ : 0});
    const bool is_own =
        r.begin_ps >= earliest && r.previous_end_ps == previous && emulator::total(draft.stack) == r.end_ps - previous;
    r.begin_ps = std::max(r.begin_ps, earliest);
    r.end_ps = std::max(r.end_ps, r.begin_ps);
    r.previous_end_ps = previous;
    if (!is_own) {
      draft.stack = stretched(draft.stack, r.end_ps - r.begin_ps, r.begin_ps - previous);
      r.blocker = other > previous ? emulator::Blocker::kOtherEngine
                  : r.index == 0   ? emulator::Blocker::kStart
                                   : emulator::Blocker::kSameEngine;
    }
    last_[e] = r.end_ps;
    ends_[{r.group, r.engine, r.id}] = r.end_ps;
    drafts_.push_back(std::move(draft));
  }

  void finish(Run& run) {
    std::stable_sort(drafts_.begin(), drafts_.end(),
                     [](const Draft& x, const Draft& y) { return x.record.end_ps < y.record.end_ps; });
    Picoseconds length = 0;
    for (const Draft& draft : drafts_) {
      run.log.add(draft.record, draft.operation, draft.stack);
      length = std::max(length, draft.record.end_ps);
    }
    run.result.length_ps = length;
    run.log.finish(length);
    add_log_totals(run);
  }

 private:
  std::uint32_t group_ = 0;
  Picoseconds barrier_ = 0;
  Picoseconds last_[2] = {0, 0};
  std::map<std::tuple<std::uint32_t, isa::Engine, std::uint32_t>, Picoseconds> ends_;
  std::vector<Draft> drafts_;
};

void set_measured(RunResult& result) {
  result.interval = {};
  result.interval.low_ms = result.interval.high_ms = result.time_ms();
}

using CommandsById = std::map<std::pair<isa::Engine, std::uint32_t>, const ProfileCommand*>;

CommandsById by_id(const VendorProfile& profile) {
  CommandsById commands;
  for (const ProfileCommand& command : profile.commands)
    commands.emplace(std::pair(command.engine, command.id), &command);
  return commands;
}

Run timed_by(const VendorProfile& profile, const Run& emulated) {
  Run run = without_commands(emulated);
  const Ids ids(emulated.log);
  const CommandsById commands = by_id(profile);
  LogBuilder builder;
  const auto snapped = [&](Picoseconds read, Picoseconds computed) {
    return std::abs(read - computed) <= profile.resolution_ps ? computed : read;
  };
  for (const CommandRecord& known : emulated.log.records()) {
    Draft draft{known, std::string(emulated.log.operation(known)), emulated.log.stack(known)};
    if (const auto found = commands.find({known.engine, ids.of(known)}); found != commands.end()) {
      draft.record.begin_ps = snapped(found->second->begin_ps, known.begin_ps);
      draft.record.end_ps = snapped(found->second->end_ps, known.end_ps);
    } else {  // an end command, which a board does not record
      draft.record.end_ps = draft.record.begin_ps = 0;
    }
    builder.add(std::move(draft));
  }
  builder.finish(run);
  set_measured(run.result);
  return run;
}

Run stand_alone(const VendorProfile& profile) {
  Run run;
  run.result.program = profile.name;
  run.result.network = profile.network;
  run.result.chip = isa::load_chip(std::string(name(profile.family)));
  for (const auto& [layer, kind] : profile.layers) {
    run.result.layers.emplace_back();
    run.result.layers.back().name = layer;
    run.result.layers.back().kind = kind;
  }
  const auto none = static_cast<std::uint32_t>(profile.layers.size()) - 1;
  LogBuilder builder;
  for (const ProfileCommand& command : profile.commands) {
    Draft draft;
    CommandRecord& r = draft.record;
    r.engine = command.engine;
    r.id = command.id;
    r.index = command.id - 1;
    r.dependency = command.dependency;
    r.layer = command.layer == none ? isa::LayerMap::kNone : command.layer;
    r.direction = command.direction;
    r.ideal_cycles = command.ideal_cycles;
    r.bytes = command.bytes;
    r.begin_ps = command.begin_ps;
    r.end_ps = command.end_ps;
    r.previous_end_ps = -1;
    const bool is_tiu = command.engine == isa::Engine::kTiu;
    draft.operation = is_tiu ? "tiu" : fmt::format("dma {}", name(command.direction));
    of(draft.stack, is_tiu ? Cause::kArray : Cause::kTransfer) = 1;
    builder.add(std::move(draft));
  }
  builder.finish(run);
  set_measured(run.result);
  return run;
}

}  // namespace

Run run_of_profile(const VendorProfile& profile, const Run* emulated) {
  return emulated != nullptr && has_commands_of(*emulated, profile) ? timed_by(profile, *emulated)
                                                                    : stand_alone(profile);
}

bool has_commands_of(const Run& run, const VendorProfile& profile) {
  if (run.result.chip.family != profile.family) return false;
  std::uint32_t last[2] = {0, 0};
  for (const ProfileCommand& c : profile.commands) {
    auto& of_engine = last[static_cast<std::size_t>(c.engine)];
    of_engine = std::max(of_engine, c.id);
  }
  std::uint32_t counts[2] = {0, 0};
  for (const CommandRecord& r : run.log.records()) ++counts[static_cast<std::size_t>(r.engine)];
  return std::equal(counts, counts + 2, last,
                    [](std::uint32_t count, std::uint32_t id) { return count == id || count == id + 1; });
}

Run commands_alone(const Run& run) {
  Run alone = without_commands(run);
  const auto& records = run.log.records();
  Picoseconds first = records.empty() ? 0 : INT64_MAX;
  Picoseconds last = 0;
  for (const CommandRecord& r : records) {
    first = std::min(first, r.begin_ps);
    last = std::max(last, r.end_ps);
  }
  for (CommandRecord r : records) {
    TimeStack stack = run.log.stack(r);
    shorten(stack, std::max<Picoseconds>(first - r.previous_end_ps, 0));
    r.previous_end_ps = std::max<Picoseconds>(r.previous_end_ps - first, 0);
    r.begin_ps -= first;
    r.end_ps -= first;
    alone.log.add(r, run.log.operation(r), stack);
  }
  alone.result.length_ps = last - first;
  alone.log.finish(last - first);
  add_log_totals(alone);
  const double share = run.result.length_ps == 0 ? 0 : alone.result.time_ms() / run.result.time_ms();
  alone.result.interval.low_ms *= share;
  alone.result.interval.high_ms *= share;
  return alone;
}

}  // namespace bmemu::harness
