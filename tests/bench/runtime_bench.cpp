// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a launch costs this computer. BMEMU_MODE=time leaves out the arithmetic: the rest is decoding, copies, timing
// and the interface. `bmemu run` of the same program is what to compare with.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/folders.h"
#include "tests/runtime/bmlib.h"
#include "tests/runtime/bmrt.h"

namespace bmemu::runtime {
namespace {

void require(bool is_done, const char* what) {
  if (!is_done) throw std::runtime_error(what);
}

/// The first stage of the first network, with zeros, by libbmrt.
void launch(benchmark::State& state, const std::string& program) {
  setenv("BMEMU_DEVICES", program.find("bm1684x") == std::string::npos ? "bm1684" : "bm1684x", 1);
  void* handle = nullptr;
  require(bm_dev_request(&handle, 0) == kOk, "bm_dev_request");
  void* const runtime = bmrt_create(handle);
  require(bmrt_load_bmodel(runtime, program.c_str()), "bmrt_load_bmodel");
  const char** names = nullptr;
  bmrt_get_network_names(runtime, &names);
  const NetworkInfo& network = *bmrt_get_network_info(runtime, names[0]);
  const auto tensors = [&](int count, const std::int32_t* types, const Shape* shapes) {
    std::vector<Tensor> made(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < made.size(); ++i)
      require(bmrt_tensor(&made[i], runtime, types[i], shapes[i]), "bmrt_tensor");
    return made;
  };
  const StageInfo& stage = network.stages[0];
  const std::vector<Tensor> inputs = tensors(network.input_count, network.input_types, stage.input_shapes);
  std::vector<Tensor> outputs = tensors(network.output_count, network.output_types, stage.output_shapes);
  for (const Tensor& input : inputs) {
    std::vector<std::uint8_t> zeros(input.memory.size);
    require(bm_memcpy_s2d(handle, input.memory, zeros.data()) == kOk, "bm_memcpy_s2d");
  }
  for (auto _ : state) {
    require(bmrt_launch_tensor_ex(runtime, network.name, inputs.data(), network.input_count, outputs.data(),
                                  network.output_count, true, false),
            "bmrt_launch_tensor_ex");
    require(bm_thread_sync(handle) == kOk, "bm_thread_sync");
  }
  std::free(names);
  bmrt_destroy(runtime);
  bm_dev_free(handle);
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
