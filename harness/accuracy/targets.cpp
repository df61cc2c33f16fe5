// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/accuracy/columns.h"
#include "harness/accuracy/ratios.h"
#include "harness/accuracy/statistics.h"

namespace bmemu::harness {
namespace {

constexpr double kMape = 8, kMedian = 5, kP90 = 18, kBias = 3;  // percent; convolutional, same precision
constexpr double kMapeOfAll = 12, kMapeOfTransformers = 25;
constexpr double kInsideLow = 85, kInsideHigh = 95;
constexpr double kClearlyBelow = 0.75;
constexpr double kRightSides = 0.9, kRankCorrelation = 0.9;

void add_held_out(const CalibratedChip& chip, const Columns& c, std::vector<Target>& out) {
  const auto same = errors(chip, c.held_out, is_same_precision);
  const auto convolutional = errors(chip, c.held_out, is_convolutional);
  const auto transformers = errors(chip, c.held_out, is_transformer);
  const std::string& name = chip.calibration.chip.name;
  const auto at_most = [&](const std::string& what, double reached, double limit) {
    out.push_back({fmt::format("{} {}", name, what), fmt::format("at most {} %", limit),
                   fmt::format("{:.1f} %", reached), reached <= limit});
  };
  if (!same.empty()) {
    const ErrorStatistics s = statistics(same);
    const std::string rows = fmt::format("convolutional, same precision, {} rows: ", same.size());
    at_most(rows + "MAPE", s.mape, kMape);
    at_most(rows + "median", s.median, kMedian);
    at_most(rows + "p90", s.p90, kP90);
    at_most(rows + "size of the bias", std::abs(s.bias), kBias);
  }
  if (!convolutional.empty())
    at_most(fmt::format("convolutional, all {} rows: MAPE", convolutional.size()), statistics(convolutional).mape,
            kMapeOfAll);
  if (!transformers.empty())
    at_most(fmt::format("transformers, {} rows: MAPE", transformers.size()), statistics(transformers).mape,
            kMapeOfTransformers);
  const std::size_t inside = count_inside(chip);
  const double share = 100 * double(inside) / double(std::max<std::size_t>(1, chip.rows.size()));
  out.push_back({fmt::format("{} published times in their 90 % interval", name),
                 fmt::format("{} to {} %", kInsideLow, kInsideHigh),
                 fmt::format("{:.0f} % ({} of {})", share, inside, chip.rows.size()),
                 share >= kInsideLow && share <= kInsideHigh});
}

void add_against_linear(const CalibratedChip& chip, const Columns& c, std::vector<Target>& out) {
  std::vector<double> comparable = c.held_out;  // of rows that the linear model has a time for
  for (std::size_t i = 0; i < comparable.size(); ++i)
    if (!(c.linear[i] > 0)) comparable[i] = 0;
  for (const std::string type : {"fp32", "fp16", "int8"}) {
    const auto has_type = [&](const PublishedRow& r) { return r.type == type; };
    const auto linear = errors(chip, c.linear, has_type);
    if (linear.empty()) continue;
    const auto ours = errors(chip, comparable, has_type);
    const double limit = kClearlyBelow * statistics(linear).mape;
    const double reached = statistics(ours).mape;
    out.push_back({fmt::format("{} {}, all {} rows: MAPE against the linear model's {:.1f} %",
                               chip.calibration.chip.name, type, ours.size(), statistics(linear).mape),
                   fmt::format("at most {:.1f} %", limit), fmt::format("{:.1f} %", reached), reached <= limit});
  }
}

}  // namespace

std::vector<Target> targets(const std::vector<CalibratedChip>& chips) {
  std::vector<Target> result;
  std::vector<Columns> all;
  all.reserve(chips.size());
  for (const auto& chip : chips) all.push_back(columns(chip));
  for (std::size_t i = 0; i < chips.size(); ++i) add_held_out(chips[i], all[i], result);
  for (std::size_t i = 0; i < chips.size(); ++i) add_against_linear(chips[i], all[i], result);
  if (const ChipRatioSummary s = summarise(chip_ratios(chips)); s.decided > 0) {
    result.push_back({"fp32, BM1684X over BM1684: right side of 1 where the published ratio is no tie",
                      fmt::format("at least {:.0f} %", 100 * kRightSides), fmt::format("{} of {}", s.right, s.decided),
                      double(s.right) >= kRightSides * double(s.decided)});
    result.push_back({"fp32, BM1684X over BM1684: rank correlation of the ratio",
                      fmt::format("at least {}", kRankCorrelation), fmt::format("{:.3f}", s.rank_correlation),
                      s.rank_correlation >= kRankCorrelation});
  }
  if (const BatchRatioSummary s = summarise_batches(batch_ratios(chips)); s.networks > 0)
    result.push_back({"BM1684 int8, four images over one, networks of convolutions and ReLU",
                      fmt::format("all within {} to {}", kBatchLow, kBatchHigh),
                      fmt::format("{} of {} (published: {})", s.predicted_inside, s.networks, s.published_inside),
                      s.predicted_inside == s.networks});
  return result;
}

std::string target_section(const std::vector<Target>& targets) {
  if (targets.empty()) return "";
  std::string text = "\n## Targets\n\n| target | needed | reached | |\n|---|---|---|---|\n";
  for (const auto& t : targets)
    text += fmt::format("| {} | {} | {} | {} |\n", t.what, t.needed, t.reached, t.is_met ? "met" : "**missed**");
  return text;
}

}  // namespace bmemu::harness
