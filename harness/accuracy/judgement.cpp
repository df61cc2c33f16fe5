// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/judgement.h"

#include <fmt/format.h>

#include "harness/accuracy/columns.h"
#include "harness/output/words.h"

namespace bmemu::harness {
namespace {

std::string row_line(const CalibratedChip& chip, std::size_t i) {
  const auto& row = chip.rows[i];
  const auto& predicted = chip.calibration.rows[i];
  return fmt::format("| {} | {} | {:.4g} | {:.4g} | {:+.1f} | {:.4g} to {:.4g}{} | {} |\n", row.name(), row.chip,
                     row.published_ms, predicted.held_out_ms, 100 * (predicted.held_out_ms / row.published_ms - 1),
                     predicted.low_ms, predicted.high_ms, predicted.holds(row.published_ms) ? "" : " (outside)",
                     row.why_not_scored());
}

}  // namespace

CalibratedChip judged(const Predictor& predictor, const isa::ChipSpec& chip) {
  CalibratedChip result;
  result.rows = predictor.rows();
  result.calibration.chip = chip;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const IntervalFinder run = predictor.run(i, chip);
    RowPrediction row;
    row.likeness = run.likeness();
    row.in_sample_ms = row.held_out_ms = row.likeness.time_ms;
    row.low_ms = run.interval().low_ms;
    row.high_ms = run.interval().high_ms;
    result.calibration.rows.push_back(row);
  }
  return result;
}

std::string judgement_page(const std::vector<CalibratedChip>& chips, const std::string& source) {
  std::string scored, apart;
  std::vector<double> every;
  for (const auto& chip : chips) {
    for (std::size_t i = 0; i < chip.rows.size(); ++i) (chip.rows[i].is_scored() ? scored : apart) += row_line(chip, i);
    const auto found = errors(chip, columns(chip).held_out, [](const PublishedRow&) { return true; });
    every.insert(every.end(), found.begin(), found.end());
  }
  constexpr const char* kHead =
      "| program | chip | published ms | bmemu ms | error % | 90 % interval | note |\n|---|---|---|---|---|---|---|\n";
  std::string text = fmt::format(
      "Made by `bmemu calibrate --judge` from: {}. Times are of one run, all images of the batch; nothing is fitted to "
      "them. Rows count by the rules of [fit.md](fit.md#which-rows-count). All rows, whether they count or not: {}, "
      "mean "
      "absolute error {:.1f} %.\n\n{}",
      source, every.size(), statistics(every).mape, expectations(chips));
  if (!scored.empty()) text += fmt::format("\n{}{}", kHead, scored);
  if (!apart.empty()) text += fmt::format("\nShown apart, for the reason in the last column:\n\n{}{}", kHead, apart);
  return folded_markdown(text);
}

}  // namespace bmemu::harness
