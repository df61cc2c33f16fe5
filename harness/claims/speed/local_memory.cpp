// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/local_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/accuracy/baselines.h"
#include "harness/accuracy/statistics.h"
#include "harness/claims/experiments.h"
#include "harness/claims/speed/local_memory_tables.h"

namespace bmemu::harness {
namespace {

constexpr double kEqual = 0.02, kClear = 0.10;
/// A cause that could explain less than half of what it is said to cause is not its cause.
constexpr double kHalf = 0.5;
/// Share of networks that decides.
constexpr double kMost = 0.8;
constexpr std::size_t kFewest = 3;
/// BM1684's stated peaks: 2.2 TFLOPS of fp32 against 2.048 (64 lanes x 16 units x 2 x 1 GHz).
constexpr double kPeakRatio = 2.2 / 2.048;

std::vector<std::string> settings_of(ChipPart part, const isa::ChipSpec& x, const isa::ChipSpec& old) {
  switch (part) {
    case ChipPart::kDdr:
      return {fmt::format("ddr.controllers={}", old.ddr.controllers),
              fmt::format("ddr.rate_mt_per_s={}", old.ddr.rate_mt_per_s)};
    case ChipPart::kSupply: return {"silicon.window_row_share=0", "silicon.matmul_f32_ratio=1"};
    case ChipPart::kPeak: return {fmt::format("tiu.clock_mhz={}", x.tiu.clock_mhz * kPeakRatio)};
  }
  return {};
}

const char* name_of(ChipPart part) {
  constexpr const char* kNames[] = {"BM1684's DDR", "BM1684's array supply", "BM1684's peak"};
  return kNames[static_cast<std::size_t>(part)];
}

/// Mean change of each part over the orders in which the parts can be added; `time`: by the set of parts, as bits.
std::array<double, kChipPartCount> mean_changes(const std::array<double, 8>& time) {
  std::array<std::size_t, kChipPartCount> order = {0, 1, 2};
  std::array<double, kChipPartCount> sum{};
  std::size_t orders = 0;
  do {
    std::size_t set = 0;
    for (const std::size_t part : order) {
      const std::size_t next = set | (std::size_t{1} << part);
      sum[part] += time[set] - time[next];
      set = next;
    }
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  for (auto& part : sum) part /= static_cast<double>(orders);
  return sum;
}

ProgramBytes per_image(const ProgramBytes& bytes, int batch) {
  return {bytes.weights_once / batch, bytes.weights_again / batch, bytes.activations / batch, bytes.io / batch};
}

void emulate(const ClaimOptions& options, Fp32Pair& pair) {
  const auto old_file = find_program_file(options, pair.network, "bm1684", "fp32", pair.batch);
  const auto new_file = find_program_file(options, pair.network, "bm1684x", "fp32", pair.batch);
  if (!old_file || !new_file) return;
  if (options.progress) options.progress("claim 6.1: " + pair.network);
  const isa::ChipSpec old_chip = claim_chip(options, "bm1684");
  const isa::ChipSpec x = claim_chip(options, "bm1684x");
  const EmulatedProgram old_program = load_emulated(*old_file);
  const EmulatedProgram program = load_emulated(*new_file);
  const double images = pair.batch;
  pair.is_emulated = true;
  pair.bytes_84 = per_image(old_program.bytes, pair.batch);
  pair.bytes_84x = per_image(program.bytes, pair.batch);
  pair.weight_bytes = program.weight_bytes;
  pair.gflop = work_of(program.program->with({}), x).peak_ms * 2.048e3 / 1e3 / images;
  pair.emulated_84_ms = run_ms(old_program, old_chip) / images;
  std::array<double, 8> time{};
  for (std::size_t set = 0; set < time.size(); ++set) {
    std::vector<std::string> settings;
    for (std::size_t part = 0; part < kChipPartCount; ++part)
      if ((set >> part & 1U) != 0) {
        const auto more = settings_of(ChipPart(part), x, old_chip);
        settings.insert(settings.end(), more.begin(), more.end());
      }
    const RunTimes times = run_times(program, with_settings(x, settings));
    time[set] = times.run_ms / images;
    if (set != 0) continue;
    pair.memory_bound_ms = times.memory_bound_ms() / images;
    pair.supply_ms = times.supply_ms / images;
  }
  pair.emulated_84x_ms = time[0];
  for (std::size_t part = 0; part < kChipPartCount; ++part) pair.alone[part] = time[0] - time[std::size_t{1} << part];
  pair.share = mean_changes(time);
  pair.rest_ms = time[7] - pair.emulated_84_ms;
}

/// Bytes over published time of every program of BM1684X that is at hand.
struct Sustained {
  std::string program, network;
  double gb_per_s = 0;
};
std::vector<Sustained> sustained_rates(const ClaimOptions& options, const std::vector<TimeRow>& times) {
  std::vector<Sustained> rates;
  for (const auto& row : times) {
    if (row.chip != "bm1684x" || row.type == "fp32" || !row.period.is_current) continue;
    const auto file = find_program_file(options, network_of(row), "bm1684x", row.type, row.batch);
    if (!file) continue;
    const double bytes = load_emulated(*file).bytes.total() / row.batch;
    rates.push_back(
        {fmt::format("{} {} {}b", network_of(row), row.type, row.batch), network_of(row), bytes / row.ms / 1e6});
  }
  return rates;
}

std::string why_excluded(const std::string& bmodel) {
  if (bmodel.find("yolact") == 0) return "time of the TPU exceeds its own programs";
  if (bmodel.find("blip_vqa_tenc") == 0) return "110 against 11 ms: no such pair of networks is alike";
  return "";
}

/// The chip is in some names.
std::string pair_key(const TimeRow& row) {
  std::string key = row.sample + " " + row.bmodel;
  for (const char* chip : {"_bm1684x", "_bm1684"}) {
    const auto at = key.find(chip);
    if (at != std::string::npos) key.erase(at, std::string(chip).size());
  }
  return key;
}

std::vector<Fp32Pair> published_pairs(const std::vector<TimeRow>& times) {
  std::vector<Fp32Pair> pairs;
  for (const auto& old_row : times) {
    if (old_row.chip != "bm1684" || old_row.type != "fp32" || !old_row.period.is_current) continue;
    for (const auto& row : times) {
      if (row.chip != "bm1684x" || row.type != "fp32" || !row.period.is_current || pair_key(row) != pair_key(old_row) ||
          row.batch != old_row.batch)
        continue;
      Fp32Pair pair;
      pair.network = network_of(row);
      pair.bmodel = row.bmodel;
      pair.source = row.source();
      pair.batch = row.batch;
      pair.published_84_ms = old_row.ms;
      pair.published_84x_ms = row.ms;
      pair.excluded = why_excluded(row.bmodel);
      pairs.push_back(std::move(pair));
      break;
    }
  }
  return pairs;
}

struct Count {
  std::size_t slower = 0, equal = 0, faster = 0;
};
Count count(const std::vector<Fp32Pair>& pairs, double margin) {
  Count sum;
  for (const auto& pair : pairs) {
    if (!pair.excluded.empty()) continue;
    if (pair.slowdown() > 1 + margin)
      ++sum.slower;
    else if (pair.slowdown() < 1 - margin)
      ++sum.faster;
    else
      ++sum.equal;
  }
  return sum;
}

Finding judge_outcome(const std::vector<Fp32Pair>& pairs) {
  const Count small = count(pairs, kEqual), clear = count(pairs, kClear);
  const std::size_t rows = small.slower + small.equal + small.faster;
  if (rows == 0) return {Verdict::kCannotTell, "no published pair"};
  const std::string reason = fmt::format(
      "of {} published pairs BM1684X is slower in {}, equal in {}, faster in {} at 2 %; {}, {} and {} at 10 %", rows,
      small.slower, small.equal, small.faster, clear.slower, clear.equal, clear.faster);
  if (clear.slower == 0) return {Verdict::kRefuted, reason};
  return {Verdict::kConfirmed, reason + " (\"part of\" the programs)"};
}

struct CauseCount {
  std::size_t slow = 0, ruled_out = 0, possible = 0, by_bandwidth = 0, with_bandwidth = 0, more_bytes = 0;
};

/// Networks that are slower, published and emulated.
CauseCount count_causes(const std::vector<Fp32Pair>& pairs) {
  CauseCount sum;
  for (const auto& pair : pairs) {
    if (!pair.is_emulated || !pair.excluded.empty() || pair.slowdown() <= 1 + kClear ||
        pair.gap_ms() <= kEqual * pair.emulated_84_ms)
      continue;
    ++sum.slow;
    (pair.memory_share() < kHalf ? sum.ruled_out : sum.possible) += 1;
    if (pair.best_gb_per_s > 0) {
      ++sum.with_bandwidth;
      sum.by_bandwidth += pair.best_gb_per_s > 1.25 * pair.needed_gb_per_s() ? 1 : 0;
    }
    sum.more_bytes += pair.bytes_84x.total() > 1.1 * pair.bytes_84.total() ? 1 : 0;
  }
  return sum;
}

Finding judge_cause(const std::vector<Fp32Pair>& pairs) {
  const CauseCount sum = count_causes(pairs);
  if (sum.slow < kFewest)
    return {Verdict::kCannotTell,
            fmt::format("{} slower networks with programs at hand; {} are needed (--programs)", sum.slow, kFewest)};
  const std::string reason = fmt::format(
      "of {} slower networks, memory could explain less than half of the slow-down in {}; {} move over 10 % more bytes "
      "than on BM1684; {} of {} run at a rate that the same chip exceeds by over 25 % in other programs",
      sum.slow, sum.ruled_out, sum.more_bytes, sum.by_bandwidth, sum.with_bandwidth);
  const auto slow = static_cast<double>(sum.slow);
  if (static_cast<double>(sum.ruled_out) >= kMost * slow) {
    const bool agrees = sum.with_bandwidth == 0 || 2 * sum.by_bandwidth > sum.with_bandwidth;
    return {agrees ? Verdict::kRefuted : Verdict::kPartly, reason};
  }
  return {static_cast<double>(sum.possible) >= kMost * slow ? Verdict::kConfirmed : Verdict::kPartly, reason};
}

}  // namespace

std::string Fp32Pair::label() const { return batch == 1 ? network : fmt::format("{} {}b", network, batch); }

double Fp32Pair::memory_share() const { return gap_ms() > 0 ? std::min(1.0, memory_bound_ms / gap_ms()) : 0; }

ClaimResult judge_local_memory(const LocalMemoryInputs& inputs) {
  const auto& pairs = inputs.pairs;
  ClaimResult result;
  result.outcome = judge_outcome(pairs);
  const Finding retiled = judge_retiled(inputs.retiled);
  result.cause = with_retiled(judge_cause(pairs), retiled);
  const CauseCount causes = count_causes(pairs);
  const Count clear = count(pairs, kClear);
  result.figure = fmt::format("memory could explain half of the slow-down in {} of {} slower networks", causes.possible,
                              causes.slow);
  result.numbers = {
      {"slower_at_10_percent", double(clear.slower)}, {"equal_at_10_percent", double(clear.equal)},
      {"faster_at_10_percent", double(clear.faster)}, {"slow_networks_emulated", double(causes.slow)},
      {"memory_ruled_out", double(causes.ruled_out)}, {"bandwidth_ruled_out", double(causes.by_bandwidth)}};
  const std::string command = "bmemu claims 6.1 --evidence";
  result.evidence = {
      {result.outcome.reason, command, Basis::kPublished},
      {fmt::format("{} of {} slower networks move over 10 % more bytes on BM1684X", causes.more_bytes, causes.slow),
       command, Basis::kModel},
      {fmt::format(
           "all DMA and DDR time taken away, {} of {} slower networks would still keep over half of the slow-down",
           causes.ruled_out, causes.slow),
       command, Basis::kFittedModel},
      {fmt::format("{} of {} run at a rate that BM1684X exceeds by over 25 % in programs of other types",
                   causes.by_bandwidth, causes.with_bandwidth),
       command, Basis::kPublished},
      {retiled.reason, command, Basis::kFittedModel}};
  for (std::size_t part = 0; part < kChipPartCount; ++part) {
    std::vector<double> shares;
    for (const auto& pair : pairs)
      if (pair.is_emulated && pair.excluded.empty() && pair.slowdown() > 1 + kClear && pair.gap_ms() > 0)
        shares.push_back(pair.share[part] / pair.gap_ms());
    if (!shares.empty())
      result.evidence.push_back(
          {fmt::format("{} accounts for {:.0f} % of the emulated gap (median over slower networks, "
                       "mean over all orders)",
                       name_of(ChipPart(part)), 100 * quantile(shares, 0.5)),
           command, Basis::kFittedModel});
  }
  result.tables = {counterfactual_table(pairs), retiled_table(inputs.retiled), bytes_table(pairs),
                   bandwidth_table(pairs),      correlation_table(pairs),      published_table(pairs)};
  Plot plot{Plot::Kind::kScatter,
            "Slow-down on BM1684X against growth of bytes between GDMA and DDR",
            "bytes, BM1684X over BM1684",
            "published time, BM1684X over BM1684",
            {},
            0};
  for (const auto& pair : pairs)
    if (pair.is_emulated)
      plot.points.push_back(
          {pair.label(), pair.bytes_84x.total() / pair.bytes_84.total(), pair.slowdown(), "networks"});
  Plot bars{Plot::Kind::kBars, "Published time of fp32 programs, BM1684X over BM1684", "", "time ratio", {}, 1};
  for (const auto& pair : pairs)
    bars.points.push_back({pair.bmodel.substr(0, pair.bmodel.find(".bmodel")), 0, pair.slowdown(),
                           pair.excluded.empty() ? "counted" : "left out"});
  result.plots = {std::move(bars), std::move(plot)};
  result.sources = {"sophgo/sophon-demo docs/FAQ_EN.md 6.1; bmrt_test tables of its samples @c7c94bb0",
                    "programs: compiled by tpu_mlir 1.30.2 from networks of the published architectures"};
  return result;
}

LocalMemoryInputs local_memory_inputs(const ClaimOptions& options) {
  const auto times = read_times(options.times);
  LocalMemoryInputs inputs{published_pairs(times), {}};
  for (auto& pair : inputs.pairs) emulate(options, pair);
  const auto rates = sustained_rates(options, times);
  for (auto& pair : inputs.pairs)
    for (const auto& rate : rates)
      if (rate.gb_per_s > pair.best_gb_per_s) pair.best_gb_per_s = rate.gb_per_s, pair.best_program = rate.program;
  inputs.retiled = retiled_networks(options);
  return inputs;
}

ClaimResult test_local_memory(const ClaimOptions& options) { return judge_local_memory(local_memory_inputs(options)); }

}  // namespace bmemu::harness
