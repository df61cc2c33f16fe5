// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/trace/trace.h"

#include <google/protobuf/io/coded_stream.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/harness/fake_run.h"

namespace bmemu::harness {
namespace {

/// Fields of a protobuf message: numbers and bytes by field number, in file order.
struct Decoded {
  std::multimap<int, std::uint64_t> numbers;
  std::multimap<int, std::string> bytes;
  std::uint64_t number(int field) const { return numbers.find(field)->second; }
  Decoded message(int field) const { return decode(bytes.find(field)->second); }
  std::string text(int field) const { return bytes.find(field)->second; }

  static Decoded decode(const std::string& text) {
    Decoded result;
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(text.data()),
                                              static_cast<int>(text.size()));
    while (const std::uint32_t tag = in.ReadTag()) {
      const int field = static_cast<int>(tag >> 3);
      std::uint64_t number = 0;
      if ((tag & 7) == 0) {
        EXPECT_TRUE(in.ReadVarint64(&number));
        result.numbers.emplace(field, number);
      } else if ((tag & 7) == 1) {
        EXPECT_TRUE(in.ReadLittleEndian64(&number));
        result.numbers.emplace(field, number);
      } else {
        EXPECT_EQ(tag & 7, 2U);
        std::uint32_t size = 0;
        std::string bytes;
        EXPECT_TRUE(in.ReadVarint32(&size) && in.ReadString(&bytes, static_cast<int>(size)));
        result.bytes.emplace(field, bytes);
      }
    }
    EXPECT_TRUE(in.ConsumedEntireMessage());
    return result;
  }
};

class Trace : public ::testing::Test {
 protected:
  Trace() { FakeRun().tell(measurement_.listeners()); }
  Measurement measurement_;
};

TEST_F(Trace, PerfettoSlicesNestPerTrackAndTimesAreRelative) {
  std::ostringstream out;
  write_perfetto_trace(measurement_.result(), measurement_.log(), out);
  const auto trace = Decoded::decode(out.str());
  EXPECT_EQ(trace.bytes.count(1), trace.bytes.size()) << "a trace is packets only";
  std::map<std::uint64_t, std::string> tracks;
  std::map<std::uint64_t, std::uint64_t> last_time;
  std::map<std::uint64_t, int> depth;
  std::map<std::string, int> slices;
  int counters = 0;
  for (const auto& [field, bytes] : trace.bytes) {
    const auto packet = Decoded::decode(bytes);
    EXPECT_EQ(packet.number(10), 1U);
    if (packet.bytes.count(60) == 1) {
      const auto descriptor = packet.message(60);
      tracks[descriptor.number(1)] = descriptor.bytes.count(2) == 1 ? descriptor.text(2) : "process";
      continue;
    }
    const auto event = packet.message(11);
    const auto track = event.number(11);
    const auto time = packet.number(8);
    ASSERT_EQ(tracks.count(track), 1U) << "declared before it is used";
    EXPECT_LE(time, 125U);
    EXPECT_GE(time, last_time[track]);
    last_time[track] = time;
    if (event.number(9) == 1) {
      EXPECT_EQ(++depth[track], 1) << "slices do not overlap";
      ++slices[tracks[track] + ": " + event.text(23)];
    } else if (event.number(9) == 2) {
      EXPECT_EQ(--depth[track], 0);
    } else {
      EXPECT_EQ(event.number(9), 4U);
      ++counters;
    }
  }
  EXPECT_EQ(slices["TIU: conv.normal"], 2);
  EXPECT_EQ(slices["TIU waits: wait: sync"], 1);
  EXPECT_EQ(slices["GDMA: dma.tensor"], 3);
  EXPECT_EQ(slices["GDMA waits: wait: launch"], 1);
  EXPECT_EQ(slices["GDMA waits: wait: sync"], 1);
  EXPECT_EQ(slices["TIU layers: conv"], 1);
  EXPECT_EQ(slices["GDMA layers: relu, \"quoted\""], 1);
  EXPECT_EQ(slices["critical path: dma.tensor"], 2);
  EXPECT_EQ(slices["critical path: conv.normal"], 2);
  EXPECT_GT(counters, 4);
  for (const auto& [track, open] : depth) EXPECT_EQ(open, 0) << tracks[track];
}

TEST_F(Trace, ChromeJsonHoldsTheSameSlices) {
  std::ostringstream out;
  write_chrome_trace(measurement_.result(), measurement_.log(), out);
  const auto json = nlohmann::json::parse(out.str());
  std::map<int, int> depth;
  std::map<int, double> last;
  int begins = 0;
  for (const auto& event : json["traceEvents"]) {
    const std::string phase = event["ph"];
    if (phase != "B" && phase != "E") continue;
    const int track = event["tid"];
    depth[track] += phase == "B" ? 1 : -1;
    begins += phase == "B" ? 1 : 0;
    EXPECT_TRUE(depth[track] == 0 || depth[track] == 1);
    EXPECT_TRUE(event["ts"].is_number());
    EXPECT_GE(event["ts"].get<double>(), last[track]);
    last[track] = event["ts"];
  }
  EXPECT_EQ(begins, 16);
  EXPECT_NE(out.str().find("\"ts\":0.040"), std::string::npos) << "40 ns in the format's microseconds";
  EXPECT_EQ(out.str().find("\"ts\":\""), std::string::npos);
}

TEST_F(Trace, ArrowsLeadFromWhatACommandWaitedFor) {
  std::ostringstream out;
  write_chrome_trace(measurement_.result(), measurement_.log(), out);
  std::string chrome;
  const auto json = nlohmann::json::parse(out.str());
  for (const auto& event : json["traceEvents"])
    if (const std::string phase = event["ph"]; phase == "s" || phase == "f")
      chrome += phase + std::to_string(event["id"].get<int>()) + "@" +
                std::to_string(std::lround(event["ts"].get<double>() * 1000)) + " ";
  EXPECT_EQ(chrome, "s1@10 f1@40 s2@70 f2@90 ") << "gdma 1 lets tiu 1 begin, tiu 2 lets gdma 3 begin";

  std::ostringstream binary;
  write_perfetto_trace(measurement_.result(), measurement_.log(), binary);
  std::multimap<std::uint64_t, std::string> flows;
  const auto trace = Decoded::decode(binary.str());
  for (const auto& [field, bytes] : trace.bytes) {
    const auto packet = Decoded::decode(bytes);
    if (packet.bytes.count(11) == 0) continue;
    const auto event = packet.message(11);
    for (const int kind : {47, 48})
      for (auto [at, end] = event.numbers.equal_range(kind); at != end; ++at)
        flows.emplace(at->second, (kind == 47 ? "leaves " : "arrives ") + std::to_string(packet.number(8)));
  }
  const std::multimap<std::uint64_t, std::string> expected = {
      {1, "leaves 10"}, {1, "arrives 40"}, {2, "leaves 70"}, {2, "arrives 90"}};
  EXPECT_EQ(flows, expected);
}

TEST_F(Trace, CountersReturnToZeroWhenNothingMoves) {
  std::ostringstream out;
  write_chrome_trace(measurement_.result(), measurement_.log(), out);
  std::string read;
  const auto json = nlohmann::json::parse(out.str());
  for (const auto& event : json["traceEvents"])
    if (event.value("name", "") == "DDR side read")
      read += std::to_string(std::lround(event["ts"].get<double>() * 1000)) + ":" +
              std::to_string(static_cast<int>(event["args"]["GB/s"].get<double>())) + " ";
  EXPECT_EQ(read, "0:0 10:100 40:50 60:0 ");
}

}  // namespace
}  // namespace bmemu::harness
