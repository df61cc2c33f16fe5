// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of one question to the DDR model, and of reading and writing chip memory.
#include <benchmark/benchmark.h>

#include <vector>

#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"
#include "memory/chip_memory.h"
#include "memory/timing.h"

namespace bmemu::memory {
namespace {

void ask(benchmark::State& state, const Pattern& pattern, std::int64_t detail = 1) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  chip.ddr.detail = detail;
  const auto ddr = make_ddr_timing(chip);
  Picoseconds now = 0;
  for (auto _ : state) now = ddr->when(now, pattern, Access::kRead).end;
  benchmark::DoNotOptimize(now);
  state.counters["runs/s"] =
      benchmark::Counter(static_cast<double>(pattern.runs()), benchmark::Counter::kIsIterationInvariantRate);
  state.counters["simulated B/s"] =
      benchmark::Counter(static_cast<double>(pattern.bytes()), benchmark::Counter::kIsIterationInvariantRate);
}

Pattern runs(std::uint64_t run_bytes, std::uint32_t count, std::int64_t stride) {
  Pattern pattern;
  pattern.base = isa::kDdrBase + 4096 * 77 + 64;
  pattern.run_bytes = run_bytes;
  pattern.count[3] = count;
  pattern.stride[3] = stride;
  return pattern;
}

void contiguous(benchmark::State& state) { ask(state, runs(static_cast<std::uint64_t>(state.range(0)), 1, 0)); }
BENCHMARK(contiguous)->RangeMultiplier(16)->Range(64, 1 << 30);

void contiguous_bandwidth_level(benchmark::State& state) { ask(state, runs(1 << 20, 1, 0), 0); }
BENCHMARK(contiguous_bandwidth_level);

/// A slice of feature maps: one run per channel.
void strided_maps(benchmark::State& state) {
  ask(state, runs(1792, static_cast<std::uint32_t>(state.range(0)), 12544));
}
BENCHMARK(strided_maps)->RangeMultiplier(10)->Range(10, 100000);

/// The same bank in every run: repeats at once.
void strided_same_bank(benchmark::State& state) {
  ask(state, runs(64, static_cast<std::uint32_t>(state.range(0)), 131072));
}
BENCHMARK(strided_same_bank)->RangeMultiplier(10)->Range(10, 100000);

/// A stride without common divisor with the memory: nothing repeats.
void strided_irregular(benchmark::State& state) {
  ask(state, runs(64, static_cast<std::uint32_t>(state.range(0)), 12547));
}
BENCHMARK(strided_irregular)->RangeMultiplier(10)->Range(10, 100000);

void chip_memory_copy(benchmark::State& state) {
  ChipMemory memory(isa::load_chip("bm1684x"));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)), 1);
  for (auto _ : state) {
    memory.write(isa::kDdrBase + 12345, bytes.data(), bytes.size());
    memory.read(isa::kDdrBase + 12345, bytes.data(), bytes.size());
  }
  state.SetBytesProcessed(2 * state.range(0) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(chip_memory_copy)->Arg(64)->Arg(4096)->Arg(1 << 20);

void chip_memory_create(benchmark::State& state) {
  const isa::ChipSpec chip = isa::load_chip("bm1684");
  for (auto _ : state) benchmark::DoNotOptimize(ChipMemory(chip).local());
}
BENCHMARK(chip_memory_create);

}  // namespace
}  // namespace bmemu::memory

BENCHMARK_MAIN();
