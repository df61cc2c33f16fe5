// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a point of a sweep costs: yolov5s int8, thousands of points, one process or two, and models that are compiled
// for each chip. CPU seconds count all worker processes; wall seconds tell how well two of them share idle cores.
// Run it from the project's folder.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "harness/experiment/sweep.h"
#include "isa/chip/chip_file.h"

namespace {

using namespace bmemu;

constexpr const char* kProgram = "traces/claims/yolov5s_bm1684x_int8_1b.bmodel.zst";

harness::SweepRequest request(harness::SweepProgram program, const std::vector<std::string>& axes) {
  harness::SweepRequest request;
  request.programs.push_back(std::move(program));
  std::vector<harness::Axis> parsed;
  parsed.reserve(axes.size());
  for (const auto& axis : axes) parsed.push_back(harness::parse_axis(axis));
  request.design = harness::grid(parsed);
  request.question = "benchmark";
  request.base_chip = [](const std::string&, const std::string&, isa::Family family) {
    static const isa::ChipSpec kBm1684x = isa::load_chip("bm1684x"), kBm1684 = isa::load_chip("bm1684");
    return family == isa::Family::kBm1684x ? kBm1684x : kBm1684;
  };
  return request;
}

double cpu_seconds() {
  double seconds = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const auto& time : {usage.ru_utime, usage.ru_stime})
      seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return seconds;
}

void run(benchmark::State& state, const harness::SweepRequest& wanted, unsigned jobs) {
  double cpu = 0;
  std::size_t points = 0;
  for (auto _ : state) {
    const double begin = cpu_seconds();
    harness::Sweep sweep(wanted);
    harness::SweepStore store("", sweep.identity());
    harness::Sweep::Running how;
    how.jobs = jobs;
    sweep.run(store, how);
    points = sweep.finished();
    cpu += cpu_seconds() - begin;
  }
  state.counters["points"] = static_cast<double>(points);
  state.counters["cpu_s"] = cpu / static_cast<double>(state.iterations());
}

/// range(0): points in hundreds; range(1): jobs.
void compiled_program(benchmark::State& state) {
  run(state,
      request(harness::load_sweep_program(kProgram, "", 0),
              {fmt::format("ddr.rate_mt_per_s=1000..6000:{}", 10 * state.range(0)), "tiu.clock_mhz=500..1400:10"}),
      static_cast<unsigned>(state.range(1)));
}
BENCHMARK(compiled_program)
    ->Args({10, 1})
    ->Args({10, 2})
    ->Args({100, 1})
    ->Args({100, 2})
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

void rows_of_layers(benchmark::State& state) {
  auto wanted = request(harness::load_sweep_program(kProgram, "", 0, harness::LayerRows::kOn),
                        {"ddr.rate_mt_per_s=1000..6000:100", "tiu.clock_mhz=500..1400:10"});
  wanted.layers = harness::LayerRows::kOn;
  run(state, wanted, 1);
}
BENCHMARK(rows_of_layers)->Iterations(1)->UseRealTime()->Unit(benchmark::kSecond);

void retiled_model(benchmark::State& state) {
  harness::ModelOptions model;
  model.path = "network:resnet50";
  run(state,
      request(harness::retiled_sweep_program(model, isa::load_chip("bm1684x")),
              {"local_memory.lane_bytes=131072,262144,524288,1048576", "tiu.lanes=32,64,128"}),
      1);
}
BENCHMARK(retiled_model)->Iterations(1)->UseRealTime()->Unit(benchmark::kSecond);

}  // namespace

BENCHMARK_MAIN();
