// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/measurement.h"

#include <gtest/gtest.h>

#include <sstream>

#include "harness/report/command_table.h"
#include "harness/report/run_text.h"
#include "harness/report/saved/result_json.h"
#include "tests/harness/fake_run.h"

namespace bmemu::harness {
namespace {

using emulator::Cause;
using emulator::Direction;
using emulator::total;

emulator::Picoseconds of(const emulator::TimeStack& stack, Cause cause) {
  return stack[static_cast<std::size_t>(cause)];
}

class MeasurementOfAFakeRun : public ::testing::Test {
 protected:
  MeasurementOfAFakeRun() { run_.tell(measurement_.listeners()); }
  const RunResult& result() const { return measurement_.result(); }

  FakeRun run_;
  Measurement measurement_;
};

TEST_F(MeasurementOfAFakeRun, CausesOfEachEngineSumToTheRun) {
  EXPECT_EQ(result().length_ps, 125000);
  EXPECT_EQ(total(result().tiu.stack), 125000);
  EXPECT_EQ(total(result().gdma.stack), 125000);
  EXPECT_EQ(of(result().tiu.stack, Cause::kArray), 38000);
  EXPECT_EQ(of(result().tiu.stack, Cause::kSync), 30000);
  EXPECT_EQ(of(result().tiu.stack, Cause::kIdle), 30000);
  EXPECT_EQ(of(result().tiu.stack, Cause::kLaunch), 15000);
  EXPECT_EQ(result().tiu.busy_ps, 50000);
  EXPECT_EQ(result().tiu.commands, 2U);
  EXPECT_EQ(result().gdma.busy_ps, 80000);
  EXPECT_EQ(result().gdma.commands, 3U);
}

TEST_F(MeasurementOfAFakeRun, TrafficIsCountedByDirection) {
  EXPECT_EQ(result().traffic.of(Direction::kS2L).bytes, 4000U);
  EXPECT_EQ(result().traffic.of(Direction::kS2L).busy_ps, 50000);
  EXPECT_DOUBLE_EQ(result().traffic.of(Direction::kS2L).gb_per_s(), 80.0);
  EXPECT_EQ(result().traffic.of(Direction::kL2S).bytes, 1500U);
  EXPECT_EQ(result().traffic.of(Direction::kS2S).commands, 0U);
  EXPECT_EQ(result().traffic.system_bytes(), 5500U);
}

TEST_F(MeasurementOfAFakeRun, TheCriticalPathCoversTheRun) {
  const CriticalPath& path = result().path;
  ASSERT_EQ(path.steps.size(), 4U) << "gdma 2 ran beside tiu 1";
  EXPECT_EQ(total(path.by_cause), 125000);
  EXPECT_EQ(path.steps.front().begin_ps, 0);
  for (std::size_t i = 1; i < path.steps.size(); ++i) EXPECT_EQ(path.steps[i].begin_ps, path.steps[i - 1].end_ps);
  EXPECT_EQ(path.gdma_ps, 70000);
  EXPECT_EQ(path.tiu_ps, 50000);
  EXPECT_EQ(path.engine_changes, 2U);
  EXPECT_EQ(of(path.by_cause, Cause::kSync), 0) << "who waits is not on the path, what it waits for is";
  EXPECT_EQ(of(path.by_cause, Cause::kLaunch), 15000);
  EXPECT_EQ(of(path.by_cause, Cause::kTransfer), 55000);
  EXPECT_EQ(of(path.by_cause, Cause::kArray), 38000);
}

TEST_F(MeasurementOfAFakeRun, LayersSumToTheCriticalPath) {
  const auto& layers = result().layers;
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(layers[0].name, "conv");
  EXPECT_EQ(layers[0].tiu.commands, 1U);
  EXPECT_EQ(layers[0].gdma.commands, 1U);
  EXPECT_EQ(layers[0].critical_ps, 70000);
  EXPECT_EQ(layers[0].active_ps(), 60000);
  EXPECT_EQ(layers[1].critical_ps, 20000);
  EXPECT_EQ(layers[1].active_ps(), 40000) << "two pieces, 40..60 and 70..90";
  EXPECT_EQ(layers[1].active.size(), 2U);
  EXPECT_EQ(layers[2].name, "");
  EXPECT_EQ(layers[2].critical_ps, 30000);
  emulator::Picoseconds sum = total(result().path.tail);
  for (const auto& layer : layers) {
    sum += layer.critical_ps;
    EXPECT_EQ(total(layer.critical), layer.critical_ps);
  }
  EXPECT_EQ(sum, result().length_ps);
}

TEST(LayerCost, IntervalsThatCompleteLaterButBeganEarlierAreMerged) {
  FakeRun run;
  LayerCosts costs;
  costs.on_start({&run.program(), nullptr});
  emulator::CommandEvent event;
  for (const auto& [begin, end] : std::vector<std::pair<int, int>>{{0, 1}, {5, 6}, {8, 9}, {2, 10}}) {
    event.begin_ps = begin;
    event.end_ps = end;
    costs.on_command(event);
  }
  EXPECT_EQ(costs.layers()[0].active.size(), 2U);
  EXPECT_EQ(costs.layers()[0].active_ps(), 9);
}

TEST(CriticalPath, TheFirstCommandOfAGroupFollowsWhatEndedTheGroupBefore) {
  FakeRun run;
  run.program().groups.resize(2);
  CommandLog log;
  log.on_start({&run.program(), nullptr});
  const isa::Instruction conv = isa::bm1684x::TiuInstruction(isa::bm1684x::Conv{});
  emulator::CommandEvent e;
  e.instruction = &conv;
  e.id = 1;
  e.end_ps = 10;
  e.stack[static_cast<std::size_t>(Cause::kArray)] = 10;
  log.on_command(e);
  e.engine = isa::Engine::kGdma;
  e.end_ps = 25;
  e.stack[static_cast<std::size_t>(Cause::kArray)] = 25;
  log.on_command(e);
  e.engine = isa::Engine::kTiu;
  e.group = 1;
  e.previous_end_ps = 10;
  e.begin_ps = 25;
  e.end_ps = 40;
  e.stack = {};
  e.stack[static_cast<std::size_t>(Cause::kSync)] = 15;
  e.stack[static_cast<std::size_t>(Cause::kArray)] = 15;
  log.on_command(e);
  log.on_end({40, 0, {}, {}});
  const CriticalPath path = find_critical_path(log);
  ASSERT_EQ(path.steps.size(), 2U);
  EXPECT_EQ(log.records()[path.steps[0].record].engine, isa::Engine::kGdma);
  EXPECT_EQ(of(path.by_cause, Cause::kArray), 40);
  EXPECT_EQ(of(path.by_cause, Cause::kSync), 0);
}

TEST(CommandTable, HasOneRowForEachCommandWithExactTimes) {
  std::ostringstream out;
  Measurement measurement;
  FakeRun().tell(measurement.listeners());
  write_command_table(measurement.run(), out);
  EXPECT_EQ(out.str(),
            "index,group,engine,id,dep,op,layer,ideal_cycles,begin_ns,end_ns,bytes\n"
            "0,0,gdma,1,0,dma.tensor,conv,30,10.000,40.000,3000\n"
            "1,0,gdma,2,0,dma.tensor,\"relu, \"\"quoted\"\"\",20,40.000,60.000,1000\n"
            "0,0,tiu,1,1,conv.normal,conv,30,40.000,70.000,0\n"
            "1,0,tiu,2,2,conv.normal,\"relu, \"\"quoted\"\"\",20,70.000,90.000,0\n"
            "2,0,gdma,3,2,dma.tensor,,30,90.000,120.000,1500\n");
  EXPECT_EQ(nanoseconds(1234567), "1234.567");
  EXPECT_EQ(nanoseconds(5), "0.005");
}

TEST_F(MeasurementOfAFakeRun, JsonHasTheDocumentedKeys) {
  const auto json = result_json(result());
  EXPECT_EQ(json["schema"], "bmemu.run/1");
  EXPECT_EQ(json["program"], "fake.bmodel") << "no folders";
  EXPECT_EQ(json["chip"], "bm1684x");
  EXPECT_EQ(json["product"], "SE7-32");
  EXPECT_EQ(json["batch"], 2);
  EXPECT_DOUBLE_EQ(json["time_ms"].get<double>(), 125000 / 1e9);
  EXPECT_NEAR(json["time_ms_interval"][0].get<double>(), 0.9 * json["time_ms"].get<double>(), 1e-12);
  EXPECT_NEAR(json["time_ms_interval"][1].get<double>(), 1.2 * json["time_ms"].get<double>(), 1e-12);
  EXPECT_DOUBLE_EQ(json["per_image_ms"].get<double>(), 62500 / 1e9);
  EXPECT_DOUBLE_EQ(json["ideal_ms"].get<double>(), 1e-4);
  EXPECT_EQ(json["tiu"]["commands"], 2);
  EXPECT_DOUBLE_EQ(json["tiu"]["busy_ms"].get<double>(), 5e-5);
  EXPECT_EQ(json["gdma"]["commands"], 3);
  EXPECT_EQ(json["gdma"]["bytes"]["s2l"], 4000);
  EXPECT_EQ(json["gdma"]["bytes"]["l2s"], 1500);
  EXPECT_EQ(json["gdma"]["bytes"]["s2s"], 0);
  EXPECT_EQ(json["gdma"]["bytes"]["l2l"], 0);
  EXPECT_TRUE(json["gdma"]["gb_per_s"]["s2s"].is_null()) << "nothing moved is no bandwidth of zero";
  for (const char* engine : {"tiu", "gdma"}) {
    std::int64_t sum = 0;
    for (const auto& [cause, time] : json["stack"][engine].items()) sum += time.get<std::int64_t>();
    EXPECT_EQ(sum, json["length_ps"]);
  }
  ASSERT_EQ(json["layers"].size(), 2U);
  EXPECT_EQ(json["layers"][0]["name"], "conv");
  EXPECT_EQ(json["layers"][0]["gdma"]["bytes"]["s2l"], 3000);
  EXPECT_EQ(json["no_layer"]["gdma"]["bytes"]["l2s"], 1500);
  EXPECT_EQ(json["chip_description"]["parameters"]["tiu.lanes"]["value"], 64);
  EXPECT_EQ(json.dump().find("/some/"), std::string::npos);
}

TEST_F(MeasurementOfAFakeRun, TheReportOpensWithTheClocks) {
  const std::string text = run_text(result());
  EXPECT_EQ(text.rfind("chip bm1684x, product SE7-32: TIU 1000 MHz, GDMA 1000 MHz, DDR 4000 MT/s (64 GB/s peak)\n", 0),
            0U)
      << text;
}

}  // namespace
}  // namespace bmemu::harness
