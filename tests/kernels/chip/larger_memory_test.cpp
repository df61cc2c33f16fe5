// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What-if sanity: with twice the local memory a program that is compiled anew moves no more bytes and takes no longer;
// a larger budget of the search gives no costlier groups.
#include "emulator/chip/run.h"
#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/silicon_cost.h"
#include "kernels/cost_model.h"
#include "tests/kernels/chip/networks.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

class Traffic : public emulator::Listener {
 public:
  void on_command(const emulator::CommandEvent& event) override {
    if (event.direction == emulator::Direction::kS2L || event.direction == emulator::Direction::kL2S)
      bytes += event.bytes;
    if (event.direction == emulator::Direction::kS2S) bytes += 2 * event.bytes;
  }
  std::uint64_t bytes = 0;
};

struct Cost {
  std::uint64_t bytes = 0;
  double ms = 0;
};

/// As the harness has it: commands by the emulator's rules, programs by a run.
class EmulatedCost : public CostModel {
 public:
  explicit EmulatedCost(const isa::ChipSpec& chip) : CostModel(chip) {}
  std::optional<double> command_ns(const isa::Instruction& instruction, const isa::ChipSpec& chip) const override {
    const auto cost = emulator::silicon_cost(instruction, emulator::ideal_cost(instruction, chip), chip);
    return double(cost.total()) * 1e3 / chip.tiu.clock_mhz;
  }
  std::optional<ProgramCost> program_cost(const isa::Program& program, const isa::ChipSpec& chip) const override {
    Traffic traffic;
    const auto end = emulator::run(program, chip, {}, {&traffic});
    return ProgramCost{double(end.length_ps) / 1e3, double(traffic.bytes)};
  }
};

Cost cost_of(const Graph& graph, const isa::ChipSpec& chip) {
  const EmulatedCost cost(chip);
  CompileOptions options;
  options.cost_model = &cost;
  Traffic traffic;
  const auto end = emulator::run(compile(graph, chip, options), chip, {}, {&traffic});
  return {traffic.bytes, double(end.length_ps) / 1e9};
}

std::vector<Trial> networks() {
  std::vector<Trial> result;
  Random random(11);
  for (const std::int64_t scale : {1, 4, 9}) result.push_back(test::image_network(random, scale));
  for (const std::int64_t length : {37, 300}) result.push_back(test::sequence_network(random, length));
  return result;
}

TEST(LargerMemory, NeverMovesMoreBytesAndNeverTakesLonger) {
  const std::vector<Trial> trials = networks();
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x})
    for (std::size_t i = 0; i < trials.size(); ++i) {
      Cost before;
      for (const std::int64_t kib : {32, 64, 128, 256, 512, 1024}) {
        SCOPED_TRACE(std::string(isa::name(family)) + ", network " + std::to_string(i) + ", " + std::to_string(kib) +
                     " KiB");
        isa::ChipSpec chip = test::chip_of(family);
        chip.local_memory.lane_bytes = kib * 1024;
        const Cost now = cost_of(trials[i].graph, chip);
        if (before.bytes > 0) {
          EXPECT_LE(now.bytes, before.bytes);
          EXPECT_LE(now.ms, before.ms * 1.001);
        }
        before = now;
      }
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
