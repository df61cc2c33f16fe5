// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What-if sanity: with twice the local memory a program that is compiled anew moves no more bytes and takes no longer;
// a larger budget of the search gives no costlier groups.
#include "emulator/chip/run.h"
#include "harness/compile/emulated_cost.h"
#include "harness/measure/listeners/traffic.h"
#include "kernels/io_copies.h"
#include "tests/kernels/chip/networks.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

struct Cost {
  std::uint64_t bytes = 0;
  double ms = 0;
};

/// As `bmemu run` counts it.
Cost cost_of(const Graph& graph, const isa::ChipSpec& chip) {
  const harness::EmulatedCost cost(chip);
  CompileOptions options;
  options.cost_model = &cost;
  harness::Traffic traffic;
  const auto end = emulator::run(with_io_copies(compile(graph, chip, options)), chip, {}, {&traffic});
  return {traffic.system_bytes(), double(end.length_ps) / 1e9};
}

std::vector<Trial> networks() {
  std::vector<Trial> result;
  Random random(11);
  for (const std::int64_t scale : {1, 4, 9}) result.push_back(test::image_network(random, scale));
  for (const std::int64_t length : {37, 300}) result.push_back(test::sequence_network(random, length));
  return result;
}

void expect_more_memory_never_costs(const Graph& graph, isa::Family family) {
  Cost before;
  for (const std::int64_t kib : {32, 64, 128, 256, 512, 1024}) {
    SCOPED_TRACE(std::string(isa::name(family)) + ", " + std::to_string(kib) + " KiB");
    isa::ChipSpec chip = test::chip_of(family);
    chip.local_memory.lane_bytes = kib * 1024;
    const Cost now = cost_of(graph, chip);
    if (before.bytes > 0) {
      EXPECT_LE(now.bytes, before.bytes);
      EXPECT_LE(now.ms, before.ms);
    }
    before = now;
  }
}

TEST(LargerMemory, NeverMovesMoreBytesAndNeverTakesLonger) {
  const std::vector<Trial> trials = networks();
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x})
    for (std::size_t i = 0; i < trials.size(); ++i) {
      SCOPED_TRACE("network " + std::to_string(i));
      expect_more_memory_never_costs(trials[i].graph, family);
    }
}

/// Where sums and bytes lie says how long commands between them take; the order of loads, how much waits.
TEST(LargerMemory, NeverCostsProgramsOfBytes) {
  std::vector<Trial> trials;
  Random random(14);
  for (const std::int64_t scale : {2, 3}) trials.push_back(test::image_network(random, scale));
  trials.push_back(test::sequence_network(random, 50, 160));
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x})
    for (std::size_t i = 0; i < trials.size(); ++i) {
      SCOPED_TRACE("network " + std::to_string(i));
      expect_more_memory_never_costs(test::quantised(trials[i], family), family);
    }
}

TEST(SearchBudget, MoreGroupingsAreTriedAndNoneIsCostlier) {
  Random random(12);
  const Trial trial = test::image_network(random, 9);
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    isa::ChipSpec chip = test::chip_of(family);
    chip.local_memory.lane_bytes = 65536;
    double first = 0, before = 0;
    for (const std::size_t budget : {1, 2, 4, 8, 16, 32, 64, 1000}) {
      SearchReport report;
      CompileOptions options;
      options.search_budget = budget;
      compile(trial.graph, chip, options, &report);
      EXPECT_LE(report.groupings, budget);
      EXPECT_TRUE(report.groupings == budget || budget > 8);
      if (first == 0) first = before = report.estimated_ns;
      EXPECT_LE(report.estimated_ns, before);
      before = report.estimated_ns;
    }
    EXPECT_LT(before, first) << "no budget gained anything";
    SearchReport all;
    compile(trial.graph, chip, {}, &all);
    EXPECT_LE(all.estimated_ns, before);
  }
}

TEST(SearchBudget, TheValuesStayTheSame) {
  for (const std::size_t budget : {1, 7, 50}) {
    CompileOptions options;
    options.search_budget = budget;
    Random random(13);
    test::check(test::image_network(random), test::chip_of(isa::Family::kBm1684x), options);
  }
}

}  // namespace
}  // namespace bmemu::kernels
