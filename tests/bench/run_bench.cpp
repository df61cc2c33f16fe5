// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How the time of a timing-only run grows with the number of commands.
#include <benchmark/benchmark.h>

#include "emulator/chip/run.h"
#include "isa/chip/chip_file.h"
#include "kernels/command_list.h"

namespace {

using namespace bmemu;

/// Loads and adds that wait for each other in pairs: `count` commands in all.
isa::Program alternating(std::int64_t count) {
  kernels::CommandList list(isa::Family::kBm1684x);
  for (std::int64_t i = 0; i < count / 2; ++i) {
    const std::uint64_t bank = static_cast<std::uint64_t>(i % 2) * 0x4000;
    isa::bm1684x::DmaTensor load;
    load.nchw_copy = 1;
    load.src_data_format = 2;
    load.src_nsize = load.src_hsize = 1;
    load.src_csize = 64;
    load.src_wsize = 256;
    load.src_start_addr_h8 = 1;
    load.dst_start_addr_l32 = 0x08000000 + bank;
    isa::bm1684x::Ar add;
    add.cmd_short = 1;
    add.tsk_eu_typ = 2;
    add.tsk_opd_num = 2;
    add.res0_prec = add.opd0_prec = add.opd1_prec = 2;
    add.res0_n = add.res0_h = 1;
    add.res0_c = 64;
    add.res0_w = 256;
    add.opd0_addr = bank;
    add.opd1_addr = 0x8000;
    add.res0_addr = 0xC000;
    list.add(isa::bm1684x::GdmaInstruction(load));
    list.order();
    list.add(isa::bm1684x::TiuInstruction(add));
    list.order();
  }
  return list.finish("alternating");
}

void timing_only_run(benchmark::State& state) {
  const isa::Program program = alternating(state.range(0));
  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  for (auto _ : state) benchmark::DoNotOptimize(emulator::run(program, chip, {}, {}).length_ps);
  state.counters["commands/s"] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
  state.SetComplexityN(state.range(0));
}
BENCHMARK(timing_only_run)
    ->RangeMultiplier(10)
    ->Range(100, 100000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);

}  // namespace

BENCHMARK_MAIN();
