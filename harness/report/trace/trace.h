// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run as a trace that Perfetto and Chrome open: tracks for the critical path, engines and layers, arrows for waits,
// counters for the traffic.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/measure/measurement.h"

namespace bmemu::harness {

/// A value shown beside a slice.
struct TraceArgument {
  std::string_view name;
  std::int64_t number = 0;
  std::string_view text;  ///< when not empty, shown instead of the number
};
using TraceArguments = std::vector<TraceArgument>;

/// Arrows between slices: an id that leaves one slice arrives at one other, which begins later.
struct TraceFlows {
  std::vector<std::uint64_t> leaving;
  std::uint64_t arriving = 0;  ///< 0: none
};

/// A trace format. Contract: a track is declared before it is used; slices of one track come in order of time and do
/// not overlap. Times are whole nanoseconds from the start of the run.
class TraceWriter {
 public:
  virtual ~TraceWriter() = default;
  virtual void process(const std::string& name) = 0;
  virtual void track(std::uint64_t track, const std::string& name) = 0;
  /// Shown below and inside `parent`, by formats that know such.
  virtual void inner_track(std::uint64_t track, const std::string& name, std::uint64_t parent) = 0;
  virtual void counter(std::uint64_t track, const std::string& name, const std::string& unit) = 0;
  virtual void slice(std::uint64_t track, std::int64_t begin_ns, std::int64_t end_ns, std::string_view category,
                     std::string_view name, const TraceArguments& arguments, const TraceFlows& flows) = 0;
  virtual void value(std::uint64_t counter, std::int64_t time_ns, double value) = 0;
  virtual void finish() {}
};

/// Tracks: the critical path; TIU and GDMA with their commands and waits, and inside each the layers that they work
/// for. An arrow leads from a command to the one of the other engine that it let begin. Counters of the bytes per
/// second that GDMA commands read and write on the side of DDR, L2 and static memory, as the mean over each command.
void write_trace(const RunResult& result, const CommandLog& log, TraceWriter& writer);

/// Perfetto's protobuf trace. `out` must be binary.
void write_perfetto_trace(const RunResult& result, const CommandLog& log, std::ostream& out);

/// Chrome's JSON trace: `ts` in microseconds with three decimals, which is the format's unit.
void write_chrome_trace(const RunResult& result, const CommandLog& log, std::ostream& out);

}  // namespace bmemu::harness
