// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run as a trace that Perfetto and Chrome open: tracks for the engines and layers, counters for the traffic.
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

/// A trace format. Contract: a track is declared before it is used; slices of one track come in order of time and do
/// not overlap. Times are whole nanoseconds from the start of the run.
class TraceWriter {
 public:
  virtual ~TraceWriter() = default;
  virtual void process(const std::string& name) = 0;
  virtual void track(std::uint64_t track, const std::string& name) = 0;
  /// Later tracks are shown inside this one, by formats that know groups.
  virtual void group(std::uint64_t /*track*/, const std::string& /*name*/) {}
  virtual void counter(std::uint64_t track, const std::string& name, const std::string& unit) = 0;
  virtual void slice(std::uint64_t track, std::int64_t begin_ns, std::int64_t end_ns, std::string_view category,
                     std::string_view name, const TraceArguments& arguments) = 0;
  virtual void value(std::uint64_t counter, std::int64_t time_ns, double value) = 0;
  virtual void finish() {}
};

/// Tracks TIU, GDMA, and in a group one per layer that ran; counters of the bytes per second that GDMA commands read
/// and write on the side of DDR, L2 and static memory, as the mean over each command.
void write_trace(const RunResult& result, const CommandLog& log, TraceWriter& writer);

/// Perfetto's protobuf trace. `out` must be binary.
void write_perfetto_trace(const RunResult& result, const CommandLog& log, std::ostream& out);

/// Chrome's JSON trace: `ts` in microseconds with three decimals, which is the format's unit.
void write_chrome_trace(const RunResult& result, const CommandLog& log, std::ostream& out);

}  // namespace bmemu::harness
