// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/serial_demos.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/accuracy/statistics.h"
#include "harness/claims/experiments.h"

namespace bmemu::harness {
namespace {

/// A TPU that is busy for this share of the time is used up.
constexpr double kSaturated = 0.95;
constexpr int kMostThreads = 16;
/// Share of rows within tolerance from which on stages are said to add up.
constexpr double kAddUp = 0.85;

PipelineConfig one_program(PipelineConfig config, int processes) {
  config.processes = processes;
  return config;
}

ThreadStudy study(const StageRow& row) {
  ThreadStudy result;
  result.row = row;
  PipelineConfig three = pipeline_of(row, 1, 1, 1);
  result.serial_fps = simulate(one_program(three, 1)).fps;
  result.tpu_limit_fps = 1e3 / (*row.preprocess_ms + *row.inference_ms);
  PipelineStage front{"decode and pre", 1, 1, {{"cpu", *row.decode_ms}, {"tpu", *row.preprocess_ms}}};
  three.stages = {front,
                  {"infer", 1, row.batch, {{"tpu", *row.inference_ms}}},
                  {"post", 1, 1, {{"cpu", std::max(*row.postprocess_ms, 1e-3)}}}};
  result.three_threads_fps = simulate(three).fps;
  for (int n = 1; n <= kMostThreads && result.threads == 0; ++n)
    if (simulate(pipeline_of(row, n, n, n)).fps >= kSaturated * result.tpu_limit_fps) result.threads = n;
  for (int n = 1; n <= 4 * kMostThreads && result.processes == 0; ++n)
    if (simulate(one_program(pipeline_of(row, 1, 1, 1), n)).fps >= kSaturated * result.tpu_limit_fps)
      result.processes = n;
  return result;
}

std::string fps(double value) { return fmt::format("{:.1f}", value); }
std::string chip_name(const std::string& chip) { return chip == "bm1684" ? "BM1684" : "BM1684X"; }
std::string count_or(int count) { return count == 0 ? "eight cores can't" : fmt::format("{}", count); }

struct Agreement {
  std::size_t rows = 0, within = 0, serial = 0, serial_within = 0;
  double share() const { return rows == 0 ? 0 : double(within) / double(rows); }
  double serial_share() const { return serial == 0 ? 0 : double(serial_within) / double(serial); }
};

Agreement agreement(const std::vector<ThroughputCase>& cases) {
  Agreement sum;
  for (const auto& one : cases) {
    if (!one.excluded.empty()) continue;
    const bool is_within = std::abs(one.relative_error()) <= kThroughputTolerance;
    ++sum.rows, sum.within += is_within ? 1 : 0;
    if (one.is_serial) ++sum.serial, sum.serial_within += is_within ? 1 : 0;
  }
  return sum;
}

EvidenceTable comparable_table(const std::vector<ThroughputCase>& cases) {
  EvidenceTable table{"Every comparable row",
                      {"path", "program", "bmodel", "chip", "product", "from", "published/s", "predicted/s", "error %"},
                      {},
                      ""};
  for (const auto& one : cases)
    if (one.excluded.empty())
      table.rows.push_back({one.row.path, one.row.program, one.row.bmodel, chip_name(one.row.chip), one.row.product,
                            one.row.period.first, one.row.stated, fps(one.predicted_fps),
                            fmt::format("{:+.1f}", 100 * one.relative_error())});
  return table;
}

EvidenceTable excluded_table(const std::vector<ThroughputCase>& cases) {
  EvidenceTable table{"Every excluded row, and why",
                      {"path", "program", "bmodel or model", "chip", "product", "published/s", "why"},
                      {},
                      ""};
  for (const auto& one : cases)
    if (!one.excluded.empty())
      table.rows.push_back({one.row.path, one.row.program, one.row.bmodel.empty() ? one.row.model : one.row.bmodel,
                            chip_name(one.row.chip), one.row.product, one.row.stated, one.excluded});
  return table;
}

EvidenceTable study_table(const std::vector<ThreadStudy>& studies) {
  EvidenceTable table{"Threads as counterfactual: the demos' stages, serial and not",
                      {"sample", "bmodel", "chip", "serial/s", "three threads/s", "TPU limit/s", "TPU used serially %",
                       "threads per stage to use it up", "serial programs to use it up"},
                      {},
                      "Current stages of *_bmcv.soc, int8, batch 1. Eight cores; pre-processing runs on the TPU; three "
                      "threads are decode with pre-process, inference, post-process."};
  for (const auto& one : studies)
    table.rows.push_back({one.row.sample, one.row.bmodel, chip_name(one.row.chip), fps(one.serial_fps),
                          fps(one.three_threads_fps), fps(one.tpu_limit_fps),
                          fmt::format("{:.0f}", 100 * one.tpu_share()), count_or(one.threads),
                          count_or(one.processes)});
  return table;
}

/// Pipelined rows beside the serial demo of the same bmodel.
struct Faster {
  std::size_t rows = 0, faster = 0;
};
Faster pipelined_against_serial(const SerialDemoInputs& inputs) {
  Faster sum;
  for (const auto& one : inputs.cases) {
    if (one.is_serial || !one.row.value || one.row.note.find("historical") != std::string::npos) continue;
    for (const auto& study : inputs.studies)
      if (study.row.bmodel == one.row.bmodel && study.row.chip == one.row.chip && one.row.product != "SE5-8") {
        ++sum.rows, sum.faster += *one.row.value > study.serial_fps ? 1 : 0;
        break;
      }
  }
  return sum;
}

Finding judge_outcome(const SerialDemoInputs& inputs) {
  if (inputs.studies.empty()) return {Verdict::kCannotTell, "no program with all its stages in the tables"};
  std::vector<double> shares;
  for (const auto& one : inputs.studies) shares.push_back(one.tpu_share());
  const double median = quantile(shares, 0.5);
  const Faster pipelined = pipelined_against_serial(inputs);
  const auto idle = std::count_if(shares.begin(), shares.end(), [](double share) { return share < kSaturated; });
  const std::string reason = fmt::format(
      "serial demos use the TPU for {:.0f} % of the time (median of {}), {} of them for less than 95 %; {} of {} "
      "published pipelined figures exceed the serial rate of the same bmodel",
      100 * median, shares.size(), idle, pipelined.faster, pipelined.rows);
  if (idle == 0) return {Verdict::kRefuted, reason};
  const bool all = idle == std::ptrdiff_t(shares.size()) && pipelined.faster == pipelined.rows && pipelined.rows > 0;
  return {all || median < 0.5 ? Verdict::kConfirmed : Verdict::kPartly, reason};
}

Finding judge_cause(const SerialDemoInputs& inputs) {
  const Agreement sum = agreement(inputs.cases);
  if (sum.serial == 0) return {Verdict::kCannotTell, "no serial row can be compared"};
  std::size_t three = 0, processes = 0;
  for (const auto& one : inputs.studies) {
    three += one.three_threads_fps >= kSaturated * one.tpu_limit_fps ? 1 : 0;
    processes += one.processes > 0 ? 1 : 0;
  }
  const std::string reason = fmt::format(
      "stages add up to the rate of the whole serial program in {} of {} rows; three threads alone use the TPU up in "
      "{} "
      "of {} demos; several serial processes do in {}, which the FAQ doubts",
      sum.serial_within, sum.serial, three, inputs.studies.size(), processes);
  if (sum.serial_share() < kAddUp) return {Verdict::kRefuted, reason};
  return {2 * three > inputs.studies.size() ? Verdict::kConfirmed : Verdict::kPartly, reason};
}

}  // namespace

std::vector<ThreadStudy> thread_studies(const std::vector<StageRow>& stages) {
  std::vector<ThreadStudy> studies;
  std::set<std::string> seen;
  for (const auto& row : stages) {
    const bool is_cpp = row.program.size() > 9 && row.program.compare(row.program.size() - 9, 9, "_bmcv.soc") == 0;
    if (!row.period.is_current || !is_cpp || row.type != "int8" || row.batch != 1 || !row.decode_ms ||
        !row.preprocess_ms || !row.postprocess_ms || !(*row.decode_ms > 0))
      continue;
    if (seen.insert(row.sample + row.bmodel + row.chip).second) studies.push_back(study(row));
  }
  return studies;
}

ClaimResult judge_serial_demos(const SerialDemoInputs& inputs) {
  ClaimResult result;
  result.outcome = judge_outcome(inputs);
  result.cause = judge_cause(inputs);
  const Agreement sum = agreement(inputs.cases);
  result.figure = fmt::format("{} comparable rows, {} ({:.0f} %) within 25 %", sum.rows, sum.within, 100 * sum.share());
  result.numbers = {{"comparable_rows", double(sum.rows)},
                    {"share_within_25_percent", sum.share()},
                    {"serial_rows", double(sum.serial)},
                    {"serial_share_within_25_percent", sum.serial_share()}};
  const std::string command = "bmemu claims 6.3 --evidence";
  result.evidence = {
      {result.outcome.reason, command, Basis::kPublished},
      {fmt::format("{} of {} comparable rows are within 25 %; of {} serial ones {}. Each group of serial "
                   "rows gives one number (its part outside of inference), which its fp32 row of batch 1 "
                   "pays for: that row is not counted",
                   sum.within, sum.rows, sum.serial, sum.serial_within),
       command, Basis::kModel},
      {result.cause.reason, command, Basis::kModel}};
  for (const auto& one : inputs.cases)
    if (!one.contradiction.empty())
      result.evidence.push_back({fmt::format("{} {} {} on {}: {}", one.row.path, one.row.bmodel, one.row.stated,
                                             one.row.product, one.contradiction),
                                 command, Basis::kPublished});
  result.tables = {study_table(inputs.studies), comparable_table(inputs.cases), excluded_table(inputs.cases)};
  Plot plot{Plot::Kind::kScatter,
            "Published and predicted throughput of comparable rows",
            "published images/s",
            "predicted images/s",
            {},
            1};
  for (const auto& one : inputs.cases)
    if (one.excluded.empty())
      plot.points.push_back({one.row.program + " " + one.row.bmodel, *one.row.value, one.predicted_fps,
                             one.is_serial ? "serial" : "pipelined"});
  Plot share{Plot::Kind::kBars, "Share of the time in which a serial demo uses the TPU", "", "%", {}, 100};
  for (const auto& one : inputs.studies)
    share.points.push_back({one.row.sample + " " + chip_name(one.row.chip), 0, 100 * one.tpu_share(), "serial"});
  result.plots = {std::move(share), std::move(plot)};
  result.sources = {"sophgo/sophon-demo docs/FAQ_EN.md 6.3; QPS and stage tables of samples LPRNet and ResNet, 2022",
                    "application/YOLOv5_multi: config_se5.json, config_se7.json", "sophgo/sophon-stream samples",
                    "sophgo/sophon-pipeline README"};
  return result;
}

SerialDemoInputs serial_demo_inputs(const ClaimOptions& options) {
  const auto stages = read_stages(options.stages);
  return {throughput_cases(read_throughput(options.throughput), stages), thread_studies(stages)};
}

ClaimResult test_serial_demos(const ClaimOptions& options) { return judge_serial_demos(serial_demo_inputs(options)); }

}  // namespace bmemu::harness
