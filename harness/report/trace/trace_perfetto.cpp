// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Perfetto's trace format, written with protobuf's wire-format primitives: the messages that a trace of slices and
// counters needs are few and have fixed field numbers.
// Source: perfetto protos/perfetto/trace/{trace_packet,track_event/track_descriptor,track_event/track_event,
// track_event/debug_annotation}.proto.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <ostream>

#include "harness/report/trace/trace.h"

namespace bmemu::harness {
namespace {

using google::protobuf::internal::WireFormatLite;

/// One message under construction.
class Message {
 public:
  Message& number(int field, std::uint64_t value) {
    return write([&](auto& out) { WireFormatLite::WriteUInt64(field, value, &out); });
  }
  Message& real(int field, double value) {
    return write([&](auto& out) { WireFormatLite::WriteDouble(field, value, &out); });
  }
  Message& fixed(int field, std::uint64_t value) {
    return write([&](auto& out) { WireFormatLite::WriteFixed64(field, value, &out); });
  }
  Message& text(int field, std::string_view value) {
    return write([&](auto& out) { WireFormatLite::WriteBytes(field, std::string(value), &out); });
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  template <class F>
  Message& write(F&& f) {
    google::protobuf::io::StringOutputStream stream(&bytes_);
    google::protobuf::io::CodedOutputStream out(&stream);
    f(out);
    return *this;
  }
  std::string bytes_;
};

enum TraceField { kPacket = 1 };
enum PacketField { kTimestamp = 8, kSequenceId = 10, kTrackEvent = 11, kSequenceFlags = 13, kTrackDescriptor = 60 };
enum DescriptorField { kUuid = 1, kName = 2, kParentUuid = 5, kCounter = 8, kOrdering = 11, kRank = 12, kMerge = 15 };
enum CounterField { kUnitName = 6 };
enum EventField {
  kAnnotation = 4,
  kType = 9,
  kTrackUuid = 11,
  kCategory = 22,
  kEventName = 23,
  kDoubleCounter = 44,
  kFlow = 47,
  kLastFlow = 48,
};
enum AnnotationField { kInteger = 4, kString = 6, kAnnotationName = 10 };
enum EventType { kSliceBegin = 1, kSliceEnd = 2, kCounterValue = 4 };

constexpr std::uint64_t kRootUuid = 1;     // a plain track: viewers ignore the order of a process's tracks
constexpr std::uint64_t kTrackOffset = 1;  // uuids of tracks follow the root's
constexpr std::uint64_t kExplicitOrdering = 3;
constexpr std::uint64_t kNeverMerge = 2;  ///< not even siblings of one name: layers may share it
constexpr std::uint64_t kStateCleared = 1;
constexpr std::uint64_t kSequence = 1;

class PerfettoWriter : public TraceWriter {
 public:
  explicit PerfettoWriter(std::ostream& out) : out_(out) {}

  void process(const std::string& name) override {
    Message descriptor;
    descriptor.number(kUuid, kRootUuid).text(kName, name).number(kOrdering, kExplicitOrdering);
    packet(Message().number(kSequenceFlags, kStateCleared).message(kTrackDescriptor, descriptor));
  }
  void track(std::uint64_t track, const std::string& name) override {
    packet(Message().message(kTrackDescriptor, descriptor(track, name)));
  }
  void inner_track(std::uint64_t track, const std::string& name, std::uint64_t parent) override {
    packet(Message().message(kTrackDescriptor, descriptor(track, name, parent + kTrackOffset)));
  }
  void counter(std::uint64_t track, const std::string& name, const std::string& unit) override {
    packet(Message().message(kTrackDescriptor,
                             descriptor(track, name).message(kCounter, Message().text(kUnitName, unit))));
  }
  void slice(std::uint64_t track, std::int64_t begin_ns, std::int64_t end_ns, std::string_view category,
             std::string_view name, const TraceArguments& arguments, const TraceFlows& flows) override {
    Message begin = event(track, kSliceBegin);
    begin.text(kCategory, category).text(kEventName, name);
    for (const std::uint64_t id : flows.leaving) begin.fixed(kFlow, id);
    if (flows.arriving != 0) begin.fixed(kLastFlow, flows.arriving);
    for (const auto& argument : arguments) {
      Message annotation;
      annotation.text(kAnnotationName, argument.name);
      if (argument.text.empty())
        annotation.number(kInteger, static_cast<std::uint64_t>(argument.number));
      else
        annotation.text(kString, argument.text);
      begin.message(kAnnotation, annotation);
    }
    at(begin_ns, begin);
    at(end_ns, event(track, kSliceEnd));
  }
  void value(std::uint64_t counter, std::int64_t time_ns, double value) override {
    at(time_ns, event(counter, kCounterValue).real(kDoubleCounter, value));
  }

 private:
  static Message descriptor(std::uint64_t track, const std::string& name, std::uint64_t parent = kRootUuid) {
    Message message;
    message.number(kUuid, track + kTrackOffset)
        .text(kName, name)
        .number(kParentUuid, parent)
        .number(kRank, track)
        .number(kMerge, kNeverMerge);
    return message;
  }
  static Message event(std::uint64_t track, EventType type) {
    Message message;
    message.number(kType, type).number(kTrackUuid, track + kTrackOffset);
    return message;
  }
  void at(std::int64_t time_ns, const Message& event) {
    packet(Message().number(kTimestamp, static_cast<std::uint64_t>(time_ns)).message(kTrackEvent, event));
  }
  void packet(Message& contents) {
    contents.number(kSequenceId, kSequence);
    out_ << Message().message(kPacket, contents).bytes();
  }

  std::ostream& out_;
};

}  // namespace

void write_perfetto_trace(const RunResult& result, const CommandLog& log, std::ostream& out) {
  PerfettoWriter writer(out);
  write_trace(result, log, writer);
}

}  // namespace bmemu::harness
