// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/chip/chip_changes.h"

namespace bmemu::harness {
namespace {

using emulator::Cause;
using emulator::Direction;
using emulator::Picoseconds;

constexpr std::uint64_t kTiuTrack = 1;
constexpr std::uint64_t kGdmaTrack = 2;
constexpr std::uint64_t kReadCounter = 3;
constexpr std::uint64_t kWriteCounter = 4;
constexpr std::uint64_t kLayerGroup = 9;
constexpr std::uint64_t kFirstLayerTrack = 10;

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

void write_command(const RunResult& result, const CommandLog& log, const CommandRecord& record, TraceWriter& writer) {
  const std::uint64_t track = record.engine == isa::Engine::kTiu ? kTiuTrack : kGdmaTrack;
  const auto stack = log.stack(record);
  const std::int64_t begin = ns(record.begin_ps);
  if (begin > ns(record.previous_end_ps))
    writer.slice(track, ns(record.previous_end_ps), begin, "wait", wait_name(stack), {});
  TraceArguments arguments{{"group", record.group, ""},
                           {"id", record.id, ""},
                           {"waits_for", record.dependency, ""},
                           {"ideal_cycles", record.ideal_cycles, ""}};
  if (record.layer < result.layers.size()) arguments.push_back({"layer", 0, result.layers[record.layer].name});
  if (record.engine == isa::Engine::kGdma) {
    arguments.push_back({"direction", 0, name(record.direction)});
    arguments.push_back({"bytes", static_cast<std::int64_t>(record.bytes), ""});
  }
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
    if (stack[cause] != 0) arguments.push_back({name(static_cast<Cause>(cause)), ns(stack[cause]), ""});
  writer.slice(track, begin, ns(record.end_ps), "command", log.operation(record), arguments);
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
  writer.track(kTiuTrack, "TIU");
  writer.track(kGdmaTrack, "GDMA");
  writer.counter(kReadCounter, "DDR side read", "GB/s");
  writer.counter(kWriteCounter, "DDR side written", "GB/s");
  for (const auto& record : log.records()) write_command(result, log, record, writer);
  write_counter(log, kReadCounter, reads_system_memory, writer);
  write_counter(log, kWriteCounter, writes_system_memory, writer);
  writer.group(kLayerGroup, "layers");
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    const auto& layer = result.layers[i];
    if (layer.name.empty() || layer.active.empty()) continue;
    writer.track(kFirstLayerTrack + i, layer.name);
    for (const auto& interval : layer.active)
      writer.slice(kFirstLayerTrack + i, ns(interval.begin_ps), ns(interval.end_ps), "layer", layer.kind, {});
  }
  writer.finish();
}

}  // namespace bmemu::harness
