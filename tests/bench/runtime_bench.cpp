// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a launch costs this computer. BMEMU_MODE=time leaves out the arithmetic: the rest is decoding, copies, timing
// and the interface. `bmemu run` of the same program is what to compare with.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "tests/folders.h"
#include "tests/runtime/bmlib.h"
#include "tests/runtime/network_client.h"

namespace bmemu::runtime {
namespace {

void launch(benchmark::State& state, const std::string& program) {
  setenv("BMEMU_DEVICES", program.find("bm1684x") == std::string::npos ? "bm1684" : "bm1684x", 1);
  NetworkClient client(0, program);
  const std::vector<std::uint8_t> input(client.program().inputs.front().bytes);
  for (auto _ : state) benchmark::DoNotOptimize(client.run(input));
}

}  // namespace
}  // namespace bmemu::runtime

int main(int argc, char** argv) {
  // One program a process: devices are made once. A program of the user stands before the benchmark's options.
  std::string program = bmemu::tests::source_dir() + "/traces/lenet_bm1684x_int8.bmodel.zst";
  if (argc > 1 && argv[1][0] != '-') {
    program = argv[1];
    --argc;
    ++argv;
  }
  benchmark::RegisterBenchmark("launch", [&](benchmark::State& state) {
    bmemu::runtime::launch(state, program);
  })->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
