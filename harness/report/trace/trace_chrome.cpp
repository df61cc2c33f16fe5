// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Chrome's JSON trace. Slices are begin and end events, so that the end of one and the begin of the next are the same
// number and never overlap by rounding.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/report/trace/trace.h"

namespace bmemu::harness {
namespace {

std::string json_text(std::string_view text) { return nlohmann::json(std::string(text)).dump(); }

class ChromeWriter : public TraceWriter {
 public:
  explicit ChromeWriter(std::ostream& out) : out_(out) { out_ << "{\"displayTimeUnit\":\"ns\",\"traceEvents\":["; }

  void process(const std::string& name) override {
    event(fmt::format(R"("ph":"M","pid":1,"name":"process_name","args":{{"name":{}}})", json_text(name)));
  }
  void track(std::uint64_t track, const std::string& name) override {
    event(
        fmt::format(R"("ph":"M","pid":1,"tid":{},"name":"thread_name","args":{{"name":{}}})", track, json_text(name)));
    event(fmt::format(R"("ph":"M","pid":1,"tid":{0},"name":"thread_sort_index","args":{{"sort_index":{0}}})", track));
  }
  void inner_track(std::uint64_t number, const std::string& name, std::uint64_t /*parent*/) override {
    track(number, name);
  }
  void counter(std::uint64_t track, const std::string& name, const std::string& unit) override {
    if (counters_.size() <= track) counters_.resize(track + 1);
    counters_[track] = {json_text(name), json_text(unit)};
  }
  void slice(std::uint64_t track, std::int64_t begin_ns, std::int64_t end_ns, std::string_view category,
             std::string_view name, const TraceArguments& arguments, const TraceFlows& flows) override {
    std::string list;
    for (const auto& argument : arguments)
      list += fmt::format("{}{}:{}", list.empty() ? "" : ",", json_text(argument.name),
                          argument.text.empty() ? fmt::format("{}", argument.number) : json_text(argument.text));
    event(fmt::format(R"("ph":"B","pid":1,"tid":{},"ts":{},"cat":{},"name":{},{}"args":{{{}}})", track, time(begin_ns),
                      json_text(category), json_text(name), category == "wait" ? R"("cname":"grey",)" : "", list));
    for (const std::uint64_t id : flows.leaving) flow("s", "", track, begin_ns, id);
    if (flows.arriving != 0) flow("f", R"(,"bp":"e")", track, begin_ns, flows.arriving);
    event(fmt::format(R"("ph":"E","pid":1,"tid":{},"ts":{})", track, time(end_ns)));
  }
  void value(std::uint64_t counter, std::int64_t time_ns, double value) override {
    const auto& [name, unit] = counters_[counter];
    event(fmt::format(R"("ph":"C","pid":1,"ts":{},"name":{},"args":{{{}:{}}})", time(time_ns), name, unit, value));
  }
  void finish() override { out_ << "\n]}\n"; }

 private:
  void flow(const char* phase, const char* more, std::uint64_t track, std::int64_t begin_ns, std::uint64_t id) {
    event(fmt::format(R"("ph":"{}","pid":1,"tid":{},"ts":{},"cat":"wait","name":"lets begin","id":{}{})", phase, track,
                      time(begin_ns), id, more));
  }
  static std::string time(std::int64_t ns) { return fmt::format("{}.{:03}", ns / 1000, ns % 1000); }
  void event(const std::string& fields) {
    out_ << (is_first_ ? "\n{" : ",\n{") << fields << "}";
    is_first_ = false;
  }

  std::ostream& out_;
  bool is_first_ = true;
  std::vector<std::pair<std::string, std::string>> counters_;  ///< name and unit, as JSON texts
};

}  // namespace

void write_chrome_trace(const RunResult& result, const CommandLog& log, std::ostream& out) {
  ChromeWriter writer(out);
  write_trace(result, log, writer);
}

}  // namespace bmemu::harness
