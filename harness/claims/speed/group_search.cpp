// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/group_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>

#include "harness/architectures/architecture.h"
#include "harness/claims/experiments.h"
#include "harness/claims/programs.h"
#include "harness/compile/compile_model.h"
#include "harness/compile/emulated_cost.h"
#include "harness/experiment/point.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::array<const char*, 3> kNetworks = {"resnet50", "resnet260", "yolov5s"};
constexpr std::size_t kLargestBudget = 256;
/// What is little: of the emulated time; and what is slow: compiling with the search over compiling without. CPU
/// seconds vary by some tenths on a busy machine, so that a factor near the measured ones would make the verdict a
/// matter of luck.
constexpr double kLittle = 0.05, kSlow = 1.25;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

bool is_residual(const std::string& network) { return network.compare(0, 6, "resnet") == 0; }

/// What the search did to one network: the first grouping against the best that any budget found.
struct Effect {
  double first_ms = 0, best_ms = 0, first_s = 0, slowest_s = 0;
  double gain() const { return 1 - best_ms / first_ms; }
  double slower() const { return slowest_s / first_s; }
};

std::map<std::string, Effect> effects(const std::vector<SearchRun>& runs) {
  std::map<std::string, Effect> list;
  for (const auto& run : runs) {
    Effect& effect = list[run.network];
    if (run.budget == std::size_t{1}) effect = {run.run_ms, run.run_ms, run.compile_s, run.compile_s};
    effect.best_ms = std::min(effect.best_ms, run.run_ms);
    effect.slowest_s = std::max(effect.slowest_s, run.compile_s);
  }
  for (auto at = list.begin(); at != list.end();) at = at->second.first_ms > 0 ? std::next(at) : list.erase(at);
  return list;
}

std::string budget_text(const SearchRun& run) { return run.budget ? fmt::format("{}", *run.budget) : "all"; }

EvidenceTable search_table(const GroupSearchInputs& inputs) {
  EvidenceTable table{
      "Search budget: groupings of the layers that the compiler may try (BM1684X, fp32)",
      {"network", "budget", "tried", "CPU s to compile", "emulated ms", "gain %"},
      {},
      "bmemu's compiler. Budget 1 is the first grouping, which takes layers as long as they fit; all: the best "
      "grouping by the cost model, found at once. CPU seconds differ by some tenths from run to run."};
  if (inputs.has_ends_alone) table.note += " Quick: budgets between the two are left out.";
  double first = 0;
  for (const auto& run : inputs.runs) {
    if (run.budget == std::size_t{1}) first = run.run_ms;
    table.rows.push_back({run.network, budget_text(run), run.groupings > 0 ? fmt::format("{}", run.groupings) : "",
                          fmt::format("{:.2f}", run.compile_s), fmt::format("{:.3f}", run.run_ms),
                          first > 0 ? fmt::format("{:.2f}", 100 * (1 - run.run_ms / first)) : ""});
  }
  return table;
}

}  // namespace

GroupSearchInputs group_search_inputs(const ClaimOptions& options) {
  GroupSearchInputs inputs;
  inputs.has_ends_alone = options.quick;
  const isa::ChipSpec chip = claim_chip(options, "bm1684x");
  for (const char* name : kNetworks) {
    ModelOptions model;
    model.path = std::string(kArchitecturePrefix) + name;
    const kernels::Graph graph = prepare_model(model, chip).graph;
    const EmulatedCost cost(chip);
    std::vector<std::optional<std::size_t>> budgets;
    // The verdict rests on the two ends: a quick test has them of every network, or it could judge otherwise.
    for (std::size_t budget = 1; budget <= (options.quick ? 1 : kLargestBudget); budget *= 2)
      budgets.emplace_back(budget);
    budgets.emplace_back(std::nullopt);
    // A network's first compilation takes memory from the system, up to as long again as compiling: it is not counted.
    kernels::CompileOptions first_grouping;
    first_grouping.search_budget = 1;
    first_grouping.cost_model = &cost;
    (void)kernels::compile(graph, chip, first_grouping);
    bool has_ended = false;  // larger budgets would do the same
    for (const auto& budget : budgets) {
      if (budget && has_ended) continue;
      if (options.progress) options.progress(fmt::format("claim 3.2: {}, budget {}", name, budget.value_or(0)));
      kernels::CompileOptions lowering;
      lowering.search_budget = budget;
      lowering.cost_model = &cost;
      kernels::SearchReport report;
      const double begin = cpu_seconds();
      const isa::Program program = kernels::compile(graph, chip, lowering, &report);
      SearchRun run{name, budget, cpu_seconds() - begin, 0, report.groupings};
      run.run_ms = evaluate(LoadedProgram(program).with({}), chip).numbers.time_ms();
      inputs.runs.push_back(std::move(run));
      has_ended = has_ended || (budget && report.groupings < *budget);
    }
  }
  return inputs;
}

ClaimResult judge_group_search(const GroupSearchInputs& inputs) {
  ClaimResult result;
  const std::string command = "bmemu claims 3.2 --evidence";
  const auto found = effects(inputs.runs);
  std::size_t residual = 0, little = 0, slow = 0;
  double residual_gain = 0, other_gain = 0, slowest = 0;
  std::string each;
  for (const auto& [network, effect] : found) {
    slow += effect.slower() >= kSlow ? 1 : 0;
    slowest = std::max(slowest, effect.slower());
    (is_residual(network) ? residual_gain : other_gain) =
        std::max(is_residual(network) ? residual_gain : other_gain, effect.gain());
    if (is_residual(network)) {
      ++residual;
      little += effect.gain() <= kLittle ? 1 : 0;
    }
    each += fmt::format("{}{}: {:.1f} % less time for {:.1f} times the compilation", each.empty() ? "" : "; ", network,
                        100 * effect.gain(), effect.slower());
  }
  if (found.empty() || residual == 0) {
    result.outcome = result.cause = {Verdict::kCannotTell, "no network was compiled"};
    result.figure = "none";
    return result;
  }
  const std::string outcome = fmt::format("the whole search against the first grouping, in bmemu's compiler: {}", each);
  // Two halves: it makes compiling slow, and it gains little for ResNets.
  const bool is_slow = slow > 0, is_little = little == residual;
  result.outcome = {is_slow && is_little   ? Verdict::kConfirmed
                    : is_slow || is_little ? Verdict::kPartly
                                           : Verdict::kRefuted,
                    outcome};
  const std::string cause = fmt::format(
      "gain for ResNets {:.1f} % at most, for another network {:.1f} %: {}", 100 * residual_gain, 100 * other_gain,
      other_gain > 2 * residual_gain ? "that it gains little belongs to ResNets"
                                     : "that it gains little does not belong to ResNets alone");
  result.cause = {other_gain > 2 * residual_gain            ? Verdict::kConfirmed
                  : other_gain > residual_gain || is_little ? Verdict::kPartly
                                                            : Verdict::kRefuted,
                  cause};
  result.figure = fmt::format("ResNets gain {:.1f} % at most; compiling takes up to {:.1f} times as long",
                              100 * residual_gain, slowest);
  result.numbers = {{"residual_gain_percent", 100 * residual_gain},
                    {"other_gain_percent", 100 * other_gain},
                    {"slowest_compilation_ratio", slowest}};
  result.evidence = {{outcome, command, Basis::kModel}, {cause, command, Basis::kModel}};
  result.tables.push_back(search_table(inputs));
  Plot plot{Plot::Kind::kScatter,
            "What the search costs and gains",
            "CPU seconds to compile",
            "emulated time over that of the first grouping",
            {},
            0};
  for (const auto& run : inputs.runs)
    if (const auto at = found.find(run.network); at != found.end())
      plot.points.push_back({budget_text(run), run.compile_s, run.run_ms / at->second.first_ms, run.network});
  result.plots.push_back(std::move(plot));
  result.sources = {"sophgo/sophon-demo docs/FAQ_EN.md 3.2",
                    "networks: built in (docs/networks.md); resnet260 has bottleneck blocks [3, 24, 56, 3]"};
  return result;
}

ClaimResult test_group_search(const ClaimOptions& options) { return judge_group_search(group_search_inputs(options)); }

}  // namespace bmemu::harness
