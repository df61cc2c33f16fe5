// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/targets.h"

#include <fmt/format.h>

#include "harness/accuracy/columns.h"
#include "harness/accuracy/ratios.h"

namespace bmemu::harness {
namespace {

constexpr double kClearlyBelow = 0.75;
constexpr double kRightSides = 0.9, kRankCorrelation = 0.9;

void add_errors(const CalibratedChip& chip, std::vector<Target>& out) {
  const Columns c = columns(chip);
  for (const std::string type : {"fp32", "fp16", "int8"}) {
    std::vector<double> ours, linear;
    for (std::size_t i = 0; i < chip.rows.size(); ++i) {
      if (chip.rows[i].type != type || !(c.linear[i] > 0)) continue;
      ours.push_back(c.held_out[i] / chip.rows[i].published_ms - 1);
      linear.push_back(c.linear[i] / chip.rows[i].published_ms - 1);
    }
    if (ours.empty()) continue;
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
  for (const auto& chip : chips) add_errors(chip, result);
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
