// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/scale_loop.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/claims/experiments.h"
#include "harness/claims/registry.h"

namespace bmemu::harness {
namespace {

/// Differences below 2 % are none: two runs of one program differ by more.
constexpr double kEqual = 0.02;
bool is_faster(double ms, double than_ms) { return ms < than_ms * (1 - kEqual); }

HostCall with_float_io(HostCall call) {
  call.scales_input = call.scales_output = false;
  return call;
}

std::string ms(double value) { return fmt::format("{:.2f}", value); }
std::string chip_name(const std::string& chip) { return chip == "bm1684" ? "BM1684" : "BM1684X"; }

EvidenceTable score_table(const ScaleLoopInputs& inputs) {
  EvidenceTable table{"Inference stages by the host model, within 20 % of the published ones",
                      {"interface", "rows", "within", "%", "median error %", "held out %"},
                      {},
                      "All rows count, also those whose figures contradict each other. Held out: the row's sample was "
                      "left out of the fit, contradictory rows left out too."};
  const auto errors = relative_errors(inputs.cases, inputs.model);
  const auto all = score(inputs.cases, errors, Excluded::kCounted);
  const auto held = inputs.held_out.empty() ? std::map<HostInterface, StageScore>()
                                            : score(inputs.cases, inputs.held_out, Excluded::kLeftOut);
  const auto held_cell = [&](const StageScore& one) {
    return inputs.held_out.empty() ? std::string("not run") : fmt::format("{:.1f}", 100 * one.share());
  };
  for (const auto& [host, one] : all)
    table.rows.push_back({std::string(name(host)), fmt::format("{}", one.count), fmt::format("{}", one.within),
                          fmt::format("{:.1f}", 100 * one.share()), fmt::format("{:.1f}", 100 * one.median_error),
                          held.count(host) == 0 ? held_cell({}) : held_cell(held.at(host))});
  const StageScore sum = total(all);
  table.rows.push_back({"all", fmt::format("{}", sum.count), fmt::format("{}", sum.within),
                        fmt::format("{:.1f}", 100 * sum.share()), "", held_cell(total(held))});
  return table;
}

EvidenceTable missed_rows(const ScaleLoopInputs& inputs) {
  EvidenceTable table{"Rows that are missed by more than 20 %, or left out of the fit",
                      {"program", "bmodel", "chip", "published ms", "predicted ms", "why"},
                      {},
                      ""};
  for (const auto& stage : inputs.cases) {
    const double error = stage.relative_error(inputs.model);
    if (std::abs(error) <= kStageTolerance && stage.excluded.empty()) continue;
    table.rows.push_back({stage.row.program, stage.row.bmodel, chip_name(stage.row.chip), ms(stage.published_ms()),
                          ms(stage.predicted_ms(inputs.model)),
                          stage.excluded.empty() ? fmt::format("missed by {:+.0f} %", 100 * error) : stage.excluded});
  }
  return table;
}

Finding judge_outcome(const std::vector<ScaleLoopPair>& pairs) {
  if (pairs.empty()) return {Verdict::kCannotTell, "no pair of programs in the tables"};
  std::size_t slow = 0, with_loop = 0, slow_with_loop = 0;
  for (const auto& pair : pairs) {
    const bool is_slow = !is_faster(pair.int8->published_ms(), pair.fp32->published_ms());
    slow += is_slow ? 1 : 0;
    with_loop += pair.int8->call.scales_input ? 1 : 0;
    slow_with_loop += is_slow && pair.int8->call.scales_input ? 1 : 0;
  }
  const std::string reason = fmt::format(
      "of {} pairs of published programs the int8 one is not faster in {}; of the {} with an int8 input in {}",
      pairs.size(), slow, with_loop, slow_with_loop);
  if (slow == 0) return {Verdict::kRefuted, reason};
  return {2 * slow > pairs.size() ? Verdict::kConfirmed : Verdict::kPartly, reason};
}

Finding judge_cause(const std::vector<ScaleLoopPair>& pairs) {
  std::size_t slow = 0, explained = 0;
  std::string decisive;
  for (const auto& pair : pairs) {
    if (is_faster(pair.int8->published_ms(), pair.fp32->published_ms())) continue;
    ++slow;
    const bool by_loop = !is_faster(pair.predicted_int8_ms, pair.predicted_fp32_ms) &&
                         is_faster(pair.advised_ms, pair.predicted_fp32_ms);
    if (!by_loop) continue;
    ++explained;
    decisive = fmt::format(
        "{} on {}: the loop costs {:.1f} ms, the TPU saves {:.1f} ms; without the loop int8 takes "
        "{:.1f} ms against {:.1f} ms",
        pair.int8->row.sample, chip_name(pair.int8->row.chip), pair.loop_ms, pair.tpu_saving_ms(), pair.advised_ms,
        pair.predicted_fp32_ms);
  }
  if (slow == 0) return {Verdict::kCannotTell, "no published int8 program is as slow as its fp32 one"};
  const std::string reason = fmt::format("{} of {} such programs are slow because of the loop{}{}", explained, slow,
                                         decisive.empty() ? "" : ": ", decisive);
  if (explained == 0) return {Verdict::kRefuted, reason};
  return {explained == slow ? Verdict::kConfirmed : Verdict::kPartly,
          reason + ". It is a C++ loop of the interface, not NumPy"};
}

}  // namespace

std::vector<ScaleLoopPair> scale_loop_pairs(const ScaleLoopInputs& inputs) {
  std::vector<ScaleLoopPair> pairs;
  const auto is_ours = [](const StageCase& stage, const char* type) {
    return stage.excluded.empty() && stage.call.host == HostInterface::kOpencvPython && stage.row.type == type &&
           stage.row.batch == 1;
  };
  const auto network = [](const StageCase& stage) {
    return stage.row.bmodel.substr(0, stage.row.bmodel.find("_" + stage.row.type));
  };
  for (const auto& fp32 : inputs.cases) {
    if (!is_ours(fp32, "fp32")) continue;
    for (const auto& int8 : inputs.cases) {
      if (!is_ours(int8, "int8") || int8.row.chip != fp32.row.chip || int8.row.sample != fp32.row.sample ||
          int8.row.program != fp32.row.program || network(int8) != network(fp32))
        continue;
      ScaleLoopPair pair{&fp32, &int8, fp32.predicted_ms(inputs.model), int8.predicted_ms(inputs.model)};
      pair.advised_ms = int8.tpu_ms + host_ms(with_float_io(int8.call), inputs.model);
      pair.loop_ms = pair.predicted_int8_ms - pair.advised_ms;
      pairs.push_back(pair);
      break;
    }
  }
  return pairs;
}

ClaimResult judge_scale_loop(const ScaleLoopInputs& inputs) {
  ClaimResult result;
  const auto pairs = scale_loop_pairs(inputs);
  result.outcome = judge_outcome(pairs);
  result.cause = judge_cause(pairs);

  EvidenceTable variants{"Both variants timed: int8 with its scale loop, and with float inputs and outputs as advised",
                         {"sample", "chip", "fp32 ms", "int8 ms", "fp32 predicted", "int8 predicted", "TPU saves",
                          "loop costs", "int8, float I/O", "int8 input"},
                         {},
                         "Stages per image, batch 1, *_opencv.py. Predicted = published time of the TPU + host model."};
  Plot plot{Plot::Kind::kBars, "int8 over fp32, inference stage of *_opencv.py", "", "time ratio", {}, 1};
  for (const auto& pair : pairs) {
    const std::string label = pair.int8->row.sample + " " + chip_name(pair.int8->row.chip);
    variants.rows.push_back({pair.int8->row.sample, chip_name(pair.int8->row.chip), ms(pair.fp32->published_ms()),
                             ms(pair.int8->published_ms()), ms(pair.predicted_fp32_ms), ms(pair.predicted_int8_ms),
                             ms(pair.tpu_saving_ms()), ms(pair.loop_ms), ms(pair.advised_ms),
                             pair.int8->call.scales_input ? "yes" : "no"});
    plot.points.push_back({label, 0, pair.int8->published_ms() / pair.fp32->published_ms(), "published"});
    plot.points.push_back({label, 0, pair.advised_ms / pair.predicted_fp32_ms, "float I/O, predicted"});
  }
  const auto errors = relative_errors(inputs.cases, inputs.model);
  const auto scores = score(inputs.cases, errors, Excluded::kCounted);
  const StageScore all = total(scores);
  const auto python = scores.find(HostInterface::kOpencvPython);
  const double python_share = python == scores.end() ? 0 : python->second.share();
  const double loop_ns = inputs.model[HostCost::kScaleIn] - inputs.model[HostCost::kCopyIn];
  result.figure = fmt::format("the loop costs {:.1f} ns per input element more than copying floats", loop_ns);
  result.numbers = {{"pairs", double(pairs.size())},
                    {"loop_ns_per_element", loop_ns},
                    {"rows", double(all.count)},
                    {"share_within_20_percent", all.share()},
                    {"share_within_20_percent_opencv_py", python_share}};
  const std::string command = "bmemu claims 6.2 --evidence";
  result.evidence.push_back({result.outcome.reason, command, Basis::kPublished});
  result.evidence.push_back({result.cause.reason, command, Basis::kFittedModel});
  result.evidence.push_back(
      {fmt::format("the host model ({} numbers) has {} of {} published inference stages within 20 % ({:.1f} %), of "
                   "*_opencv.py {:.1f} %",
                   kHostCostCount, all.within, all.count, 100 * all.share(), 100 * python_share),
       command, Basis::kFittedModel});
  if (!inputs.held_out.empty()) {
    const StageScore held = total(score(inputs.cases, inputs.held_out, Excluded::kLeftOut));
    result.evidence.push_back({fmt::format("with each sample left out of the fit in turn, {} of {} ({:.1f} %)",
                                           held.within, held.count, 100 * held.share()),
                               command, Basis::kModel});
  }
  result.tables = {std::move(variants), score_table(inputs), missed_rows(inputs)};
  result.plots.push_back(std::move(plot));
  result.sources = {"sophgo/sophon-demo docs/FAQ_EN.md 6.2; stage and bmrt_test tables of its samples @c7c94bb0",
                    "sophgo/sophon-sail ec3a2d6 src/engine.cpp, tensor.cpp: what a call does"};
  return result;
}

ScaleLoopInputs scale_loop_inputs(const ClaimOptions& options) {
  ScaleLoopInputs inputs;
  inputs.cases = stage_cases(read_stages(options.stages), read_times(options.times), load_networks(options.networks));
  inputs.model = load_interface_model(options.host);
  if (!options.quick) inputs.held_out = fit_host(inputs.cases).held_out;
  return inputs;
}

ClaimResult test_scale_loop(const ClaimOptions& options) { return judge_scale_loop(scale_loop_inputs(options)); }

}  // namespace bmemu::harness
