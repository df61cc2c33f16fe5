// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/trace/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "isa/chip/chip_changes.h"

namespace bmemu::harness {
namespace {

using emulator::Cause;
using emulator::Direction;
using emulator::Picoseconds;

constexpr std::uint64_t kPathTrack = 1;
constexpr std::uint64_t kTiuTrack = 2;
constexpr std::uint64_t kTiuLayers = 3;
constexpr std::uint64_t kTiuWaits = 4;  // of their own: viewers choose colours by name, so a wait could outshine work
constexpr std::uint64_t kGdmaTrack = 5;
constexpr std::uint64_t kGdmaLayers = 6;
constexpr std::uint64_t kGdmaWaits = 7;
constexpr std::uint64_t kReadCounter = 8;
constexpr std::uint64_t kWriteCounter = 9;

std::int64_t ns(Picoseconds time) { return time / 1000; }

constexpr std::string_view kWaitNames[] = {"wait: sync", "wait: fetch", "wait: launch"};
constexpr Cause kWaits[] = {Cause::kSync, Cause::kFetch, Cause::kLaunch};

/// The wait before a command, named after its largest cause.
std::string_view wait_name(const emulator::TimeStack& stack) {
  std::size_t largest = 0;
  for (std::size_t i = 1; i < std::size(kWaits); ++i)
    if (stack[static_cast<std::size_t>(kWaits[i])] > stack[static_cast<std::size_t>(kWaits[largest])]) largest = i;
  return kWaitNames[largest];
}

bool reads_system_memory(Direction direction) { return direction == Direction::kS2L || direction == Direction::kS2S; }
bool writes_system_memory(Direction direction) { return direction == Direction::kL2S || direction == Direction::kS2S; }

/// "array_ns", by cause: every argument says its unit.
const std::array<std::string, emulator::kCauseCount>& cause_names() {
  static const auto kNames = [] {
    std::array<std::string, emulator::kCauseCount> all;
    for (std::size_t c = 0; c < all.size(); ++c) all[c] = std::string(name(static_cast<Cause>(c))) + "_ns";
    return all;
  }();
  return kNames;
}

void add_causes(const emulator::TimeStack& stack, TraceArguments& arguments) {
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
    if (stack[cause] != 0) arguments.push_back({cause_names()[cause], ns(stack[cause]), ""});
}

std::string_view layer_name(const RunResult& result, const CommandRecord& record) {
  return record.layer < result.layers.size() ? std::string_view(result.layers[record.layer].name) : "";
}

/// By record: the arrows between commands of which one let the other begin. Ids count from 1.
std::vector<TraceFlows> flows_of(const CommandLog& log) {
  const auto& records = log.records();
  std::map<std::tuple<isa::Engine, std::uint32_t, std::uint32_t>, std::size_t> place;  // engine, group, id
  for (std::size_t i = 0; i < records.size(); ++i) place[{records[i].engine, records[i].group, records[i].id}] = i;
  std::vector<TraceFlows> flows(records.size());
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const CommandRecord& record = records[i];
    if (record.blocker != emulator::Blocker::kOtherEngine) continue;
    const auto waited = place.find({isa::other(record.engine), record.group, record.dependency});
    if (waited == place.end() || ns(records[waited->second].begin_ps) >= ns(record.begin_ps)) continue;
    flows[waited->second].leaving.push_back(++id);
    flows[i].arriving = id;
  }
  return flows;
}

void write_command(const RunResult& result, const CommandLog& log, const CommandRecord& record, const TraceFlows& flows,
                   bool is_critical, TraceWriter& writer) {
  const bool is_tiu = record.engine == isa::Engine::kTiu;
  const auto stack = log.stack(record);
  const std::int64_t begin = ns(record.begin_ps);
  if (begin > ns(record.previous_end_ps))
    writer.slice(is_tiu ? kTiuWaits : kGdmaWaits, ns(record.previous_end_ps), begin, "wait", wait_name(stack), {}, {});
  TraceArguments arguments{{"group", record.group, ""},
                           {"id", record.id, ""},
                           {"waits_for_id", record.dependency, ""},
                           {"ideal_cycles", record.ideal_cycles, ""},
                           {"on_critical_path", 0, is_critical ? "yes" : "no"}};
  if (const auto layer = layer_name(result, record); !layer.empty()) arguments.push_back({"layer", 0, layer});
  if (record.engine == isa::Engine::kGdma) {
    arguments.push_back({"direction", 0, name(record.direction)});
    arguments.push_back({"bytes", static_cast<std::int64_t>(record.bytes), ""});
  }
  add_causes(stack, arguments);
  writer.slice(is_tiu ? kTiuTrack : kGdmaTrack, begin, ns(record.end_ps), "command", log.operation(record), arguments,
               flows);
}

void write_path(const RunResult& result, const CommandLog& log, TraceWriter& writer) {
  for (const PathStep& step : result.path.steps) {
    const CommandRecord& record = log.records()[step.record];
    TraceArguments arguments{{"engine", 0, name(record.engine)}, {"group", record.group, ""}, {"id", record.id, ""}};
    if (const auto layer = layer_name(result, record); !layer.empty()) arguments.push_back({"layer", 0, layer});
    add_causes(step.stack, arguments);
    writer.slice(kPathTrack, ns(step.begin_ps), ns(step.end_ps), "critical path", log.operation(record), arguments, {});
  }
}

/// One slice for commands of one layer that follow each other on an engine.
void write_layers(const RunResult& result, const CommandLog& log, isa::Engine engine, std::uint64_t track,
                  TraceWriter& writer) {
  const CommandRecord* first = nullptr;
  const CommandRecord* last = nullptr;
  std::int64_t commands = 0;
  const auto write = [&] {
    if (first == nullptr || layer_name(result, *first).empty()) return;
    const LayerCost& layer = result.layers[first->layer];
    writer.slice(track, ns(first->begin_ps), ns(last->end_ps), "layer", layer.name,
                 {{"kind", 0, layer.kind}, {"commands", commands, ""}}, {});
  };
  for (const CommandRecord& record : log.records()) {
    if (record.engine != engine) continue;
    if (first == nullptr || record.layer != first->layer) {
      write();
      first = &record;
      commands = 0;
    }
    last = &record;
    ++commands;
  }
  write();
}

void write_counter(const CommandLog& log, std::uint64_t counter, bool (*counts)(Direction), TraceWriter& writer) {
  double last = 0;
  Picoseconds last_end = 0;
  writer.value(counter, 0, 0);
  for (const auto& record : log.records()) {
    if (record.engine != isa::Engine::kGdma || !counts(record.direction) || record.end_ps == record.begin_ps) continue;
    if (last != 0 && record.begin_ps > last_end) {
      writer.value(counter, ns(last_end), 0);
      last = 0;
    }
    const double gb_per_s =
        static_cast<double>(record.bytes) / static_cast<double>(record.end_ps - record.begin_ps) * 1e3;
    if (gb_per_s != last) writer.value(counter, ns(record.begin_ps), gb_per_s);
    last = gb_per_s;
    last_end = record.end_ps;
  }
  if (last != 0) writer.value(counter, ns(last_end), 0);
}

}  // namespace

void write_trace(const RunResult& result, const CommandLog& log, TraceWriter& writer) {
  const std::string changes = isa::changes_text(isa::chip_changes(result.chip));
  writer.process(fmt::format("{} on {} {}, TIU {} MHz{}{}", result.program, result.chip.name, result.chip.product,
                             result.chip.tiu.clock_mhz, changes.empty() ? "" : "; chip changed: ", changes));
  writer.track(kPathTrack, "critical path");
  writer.track(kTiuTrack, "TIU");
  writer.inner_track(kTiuLayers, "TIU layers", kTiuTrack);
  writer.inner_track(kTiuWaits, "TIU waits", kTiuTrack);
  writer.track(kGdmaTrack, "GDMA");
  writer.inner_track(kGdmaLayers, "GDMA layers", kGdmaTrack);
  writer.inner_track(kGdmaWaits, "GDMA waits", kGdmaTrack);
  writer.counter(kReadCounter, "DDR side read", "GB/s");
  writer.counter(kWriteCounter, "DDR side written", "GB/s");
  const auto& records = log.records();
  std::vector<bool> is_critical(records.size(), false);
  for (const PathStep& step : result.path.steps) is_critical[step.record] = true;
  const auto flows = flows_of(log);
  for (std::size_t i = 0; i < records.size(); ++i)
    write_command(result, log, records[i], flows[i], is_critical[i], writer);
  write_path(result, log, writer);
  write_layers(result, log, isa::Engine::kTiu, kTiuLayers, writer);
  write_layers(result, log, isa::Engine::kGdma, kGdmaLayers, writer);
  write_counter(log, kReadCounter, reads_system_memory, writer);
  write_counter(log, kWriteCounter, writes_system_memory, writer);
  writer.finish();
}

}  // namespace bmemu::harness
