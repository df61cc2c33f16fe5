// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/throughput_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace bmemu::harness {
namespace {

/// A TPU that is busy for less of the time is not what limits. Monitors show ranges: their upper end counts.
constexpr double kSaturatedPercent = 95;
/// Times of the TPU per frame that differ by more from the nominal one contradict it.
constexpr double kContradiction = 1.15;

bool same_table(const Publication& a, const Publication& b) {
  return a.path == b.path && a.program == b.program && a.chip == b.chip && a.product == b.product;
}

bool same_period(const Publication& a, const Publication& b) {
  return a.period.first == b.period.first && a.period.last == b.period.last;
}

/// The stage of the same program and bmodel that stood longest beside the row.
const StageRow* find_stage(const Publication& row, const std::vector<StageRow>& stages) {
  const StageRow* best = nullptr;
  for (const auto& stage : stages) {
    if (!same_table(stage, row) || stage.bmodel != row.bmodel || overlap_days(stage.period, row.period) < 0) continue;
    if (best == nullptr || overlap_days(stage.period, row.period) > overlap_days(best->period, row.period))
      best = &stage;
  }
  return best;
}

/// One thread that does all: a part that has nothing to do with the bmodel, and inference.
double serial_fps(double host_ms, double inference_ms) {
  PipelineConfig config;
  config.processes = 1;
  config.frames = 50;
  config.stages = {{"host", 1, 1, {{"cpu", host_ms}}}, {"inference", 1, 1, {{"tpu", inference_ms}}}};
  return simulate(config).fps;
}

void predict_serial(ThroughputCase& one, const std::vector<ThroughputRow>& rows, const std::vector<StageRow>& stages) {
  one.is_serial = true;
  const auto& row = one.row;
  if (row.type == "fp32" && row.batch == 1) {
    one.excluded = "gives the part outside of inference of its program";
    return;
  }
  const StageRow* stage = find_stage(row, stages);
  const auto reference = std::find_if(rows.begin(), rows.end(), [&](const ThroughputRow& other) {
    return other.metric == row.metric && same_table(other, row) && same_period(other, row) && other.type == "fp32" &&
           other.batch == 1 && other.value;
  });
  const StageRow* base = reference == rows.end() ? nullptr : find_stage(*reference, stages);
  if (stage == nullptr || base == nullptr) {
    one.excluded = "no inference stage of this program from the same time";
    return;
  }
  const double host_ms = 1e3 / *reference->value - *base->inference_ms;
  if (host_ms <= 0)
    one.excluded = "the stage of its program takes longer than the whole program";
  else
    one.predicted_fps = serial_fps(host_ms, *stage->inference_ms);
}

struct Threads {
  int pre = 0, infer = 0, post = 0;
};

/// "4-4-4"; one number stands for all three. YOLOv5_multi says nothing: its configuration files do.
Threads threads_of(const ThroughputRow& row) {
  if (row.sample == "YOLOv5_multi") return {4, 1, 8};
  const std::string text = row.noted("算法线程数").value_or("");
  std::array<int, 3> counts{};
  std::size_t found = 0;
  const char* at = text.c_str();
  while (found < counts.size() && *at != '\0') {
    char* end = nullptr;
    counts[found] = static_cast<int>(std::strtol(at, &end, 10));
    if (end == at) break;
    ++found;
    at = *end == '-' ? end + 1 : end;
  }
  if (found == 1) return {counts[0], counts[0], counts[0]};
  return found == 3 ? Threads{counts[0], counts[1], counts[2]} : Threads{};
}

bool has_all(const StageRow& row) { return row.decode_ms && row.preprocess_ms && row.postprocess_ms; }

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// The C++ program of the same bmodel. Of several versions of its post-processing, the longest that fits into the CPU
/// time that the row's program used per frame.
const StageRow* find_pipeline_stages(const ThroughputRow& row, const std::vector<StageRow>& stages) {
  const double cpu_ms = row.cpu_percent && row.value ? *row.cpu_percent / *row.value * 10 : 1e9;
  const StageRow* best = nullptr;
  for (const auto& stage : stages) {
    if (stage.bmodel != row.bmodel || stage.chip != row.chip || !stage.period.is_current || !has_all(stage) ||
        !ends_with(stage.program, "_bmcv.soc"))
      continue;
    const bool fits = *stage.postprocess_ms <= cpu_ms;
    if (best == nullptr || (fits && (*best->postprocess_ms > cpu_ms || *stage.postprocess_ms > *best->postprocess_ms)))
      best = &stage;
  }
  return best;
}

std::string why_not_pipelined(const ThroughputRow& row, const StageRow* stage, const Threads& threads) {
  if (!row.value) return "a bound, no number";
  if (row.note.find("historical") != std::string::npos) return "an earlier version of its table";
  if (row.bmodel.find(',') != std::string::npos || row.bmodel.find("，") != std::string::npos ||
      row.sample == "ppocr" || row.sample == "bytetrack")
    return "more than one network, or a tracker beside it";
  if (row.bmodel.find(".bmodel") == std::string::npos) return "bmodel not named";
  if (row.product == "SE5-8") return "no stages of SE5-8 are published: claim 6.4";
  if (stage == nullptr) return "no stages of this bmodel on this chip";
  if (threads.infer == 0) return "number of threads not said";
  const auto tpu = upper_percent(row.noted("TPU利用率(%)").value_or(""));
  if (tpu && *tpu < kSaturatedPercent)
    return fmt::format("TPU busy for {:.0f} % at most: something without data limits", *tpu);
  return "";
}

/// Source of TPU time per frame: tpu % / FPS.
void find_contradiction(ThroughputCase& one, const StageRow& stage) {
  const auto tpu = upper_percent(one.row.noted("TPU利用率(%)").value_or(""));
  if (!tpu || !one.row.value) return;
  const double used_ms = *tpu / *one.row.value * 10;
  const double nominal_ms = *stage.inference_ms + *stage.preprocess_ms;
  const double nominal_mhz = one.row.chip == "bm1684" ? 550 : 1000;
  if (used_ms > kContradiction * nominal_ms)
    one.contradiction = fmt::format("TPU time per frame {:.2f} ms against {:.2f} at {:.0f} MHz: would fit {:.0f} MHz",
                                    used_ms, nominal_ms, nominal_mhz, nominal_mhz * nominal_ms / used_ms);
}

void predict_pipelined(ThroughputCase& one, const std::vector<StageRow>& stages) {
  const StageRow* stage = find_pipeline_stages(one.row, stages);
  const Threads threads = threads_of(one.row);
  one.excluded = why_not_pipelined(one.row, stage, threads);
  if (stage != nullptr && one.row.product != "SE5-8" && one.row.note.find("historical") == std::string::npos)
    find_contradiction(one, *stage);
  if (!one.excluded.empty()) return;
  PipelineConfig config = pipeline_of(*stage, threads.pre, threads.infer, threads.post);
  // Video is decoded by an engine of its own, whose rate is not published.
  if (config.stages.front().name == "decode") config.stages.erase(config.stages.begin());
  one.predicted_fps = simulate(config).fps;
}

}  // namespace

std::optional<double> upper_percent(const std::string& text) {
  std::optional<double> last;
  const char* at = text.c_str();
  while (*at != '\0') {
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    if (end == at) {
      ++at;
      continue;
    }
    last = std::abs(value);  // "95-100" reads as 95 and -100
    at = end;
  }
  return last;
}

PipelineConfig pipeline_of(const StageRow& row, int pre_threads, int infer_threads, int post_threads) {
  PipelineConfig config;
  config.frames = 2000;
  config.stages = {{"decode", pre_threads, 1, {{"cpu", *row.decode_ms}}},
                   {"pre", pre_threads, 1, {{"tpu", *row.preprocess_ms}}},
                   {"infer", infer_threads, row.batch, {{"tpu", *row.inference_ms}}},
                   {"post", post_threads, 1, {{"cpu", *row.postprocess_ms}}}};
  config.stages.erase(std::remove_if(config.stages.begin(), config.stages.end(),
                                     [](const PipelineStage& stage) { return stage.ms() <= 0; }),
                      config.stages.end());
  return config;
}

std::vector<ThroughputCase> throughput_cases(const std::vector<ThroughputRow>& rows,
                                             const std::vector<StageRow>& stages) {
  std::vector<ThroughputCase> cases;
  for (const auto& row : rows) {
    ThroughputCase one;
    one.row = row;
    if (row.metric == "QPS")
      predict_serial(one, rows, stages);
    else
      predict_pipelined(one, stages);
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace bmemu::harness
