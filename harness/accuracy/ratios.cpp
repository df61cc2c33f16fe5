// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/ratios.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bmemu::harness {
namespace {

// Published ratios this close to 1 decide nothing; published times repeat to 5 %.
constexpr double kTieLow = 0.95, kTieHigh = 1.05;
const CalibratedChip* find(const std::vector<CalibratedChip>& chips, isa::Family family) {
  const auto at = std::find_if(chips.begin(), chips.end(),
                               [&](const auto& chip) { return chip.calibration.chip.family == family; });
  return at == chips.end() ? nullptr : &*at;
}

std::size_t find(const std::vector<PublishedRow>& rows, const std::string& network, const std::string& type,
                 int batch) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].network == network && rows[i].type == type && rows[i].batch == batch) return i;
  return rows.size();
}

bool is_inside(double ratio, double low, double high) { return ratio >= low && ratio <= high; }

bool same_side(const RatioPair& pair) { return (pair.published > 1) == (pair.predicted > 1); }

std::string row(const RatioPair& pair, const std::string& note) {
  return fmt::format("| {} | {:.3f} | {:.3f} | {:+.1f} | {} |\n", pair.network, pair.published, pair.predicted,
                     100 * (pair.predicted / pair.published - 1), note);
}

constexpr const char* kHead = "| network | published | bmemu, network held out | error % | |\n|---|---|---|---|---|\n";

}  // namespace

std::vector<RatioPair> chip_ratios(const std::vector<CalibratedChip>& chips) {
  std::vector<RatioPair> pairs;
  const auto* newer = find(chips, isa::Family::kBm1684x);
  const auto* older = find(chips, isa::Family::kBm1684);
  if (newer == nullptr || older == nullptr) return pairs;
  for (std::size_t i = 0; i < newer->rows.size(); ++i) {
    const auto& row = newer->rows[i];
    if (row.type != "fp32") continue;
    const std::size_t k = find(older->rows, row.network, row.type, row.batch);
    if (k == older->rows.size()) continue;
    RatioPair pair;
    pair.network = fmt::format("{} {}b", row.network, row.batch);
    pair.published = row.published_ms / older->rows[k].published_ms;
    pair.predicted = newer->calibration.rows[i].held_out_ms / older->calibration.rows[k].held_out_ms;
    pair.counts = !is_inside(pair.published, kTieLow, kTieHigh);
    pairs.push_back(pair);
  }
  return pairs;
}

std::vector<RatioPair> batch_ratios(const std::vector<CalibratedChip>& chips) {
  std::vector<RatioPair> pairs;
  const auto* chip = find(chips, isa::Family::kBm1684);
  if (chip == nullptr) return pairs;
  for (std::size_t i = 0; i < chip->rows.size(); ++i) {
    const auto& four = chip->rows[i];
    if (four.type != "int8" || four.batch != 4) continue;
    const std::size_t k = find(chip->rows, four.network, four.type, 1);
    if (k == chip->rows.size()) continue;
    RatioPair pair;
    pair.network = four.network;
    pair.published = four.published_ms / chip->rows[k].published_ms;
    pair.predicted = chip->calibration.rows[i].held_out_ms / chip->calibration.rows[k].held_out_ms;
    if (!chip->work.empty()) pair.table_share = table_share(chip->work[i]);
    pair.is_mixed = four.is_mixed;
    pair.counts = !chip->work.empty() && has_relu_alone(chip->work[i]);
    pairs.push_back(pair);
  }
  return pairs;
}

ChipRatioSummary summarise(const std::vector<RatioPair>& chip_pairs) {
  ChipRatioSummary summary;
  std::vector<double> published, predicted;
  for (const auto& pair : chip_pairs) {
    published.push_back(pair.published);
    predicted.push_back(pair.predicted);
    summary.decided += pair.counts ? 1 : 0;
    summary.right += pair.counts && same_side(pair) ? 1 : 0;
  }
  summary.rank_correlation = rank_correlation(published, predicted);
  return summary;
}

BatchRatioSummary summarise_batches(const std::vector<RatioPair>& batch_pairs) {
  BatchRatioSummary summary;
  for (const auto& pair : batch_pairs) {
    if (!pair.counts) continue;
    ++summary.networks;
    summary.published_inside += is_inside(pair.published, kBatchLow, kBatchHigh) ? 1 : 0;
    summary.predicted_inside += is_inside(pair.predicted, kBatchLow, kBatchHigh) ? 1 : 0;
  }
  return summary;
}

std::string ratio_section(const std::vector<CalibratedChip>& chips) {
  std::string text;
  if (const auto pairs = chip_ratios(chips); !pairs.empty()) {
    const ChipRatioSummary s = summarise(pairs);
    text += fmt::format(
        R"(
## BM1684X against BM1684, fp32

Time on BM1684X over time on BM1684. Right side of 1: {} of {} networks whose published ratio is outside {} to {}. Rank correlation {:.3f} ({} networks).

{})",
        s.right, s.decided, kTieLow, kTieHigh, s.rank_correlation, pairs.size(), kHead);
    for (const auto& pair : pairs) text += row(pair, !pair.counts ? "tie" : same_side(pair) ? "" : "wrong side");
  }
  if (const auto pairs = batch_ratios(chips); !pairs.empty()) {
    const BatchRatioSummary s = summarise_batches(pairs);
    text += fmt::format(
        R"(
## Four images against one, BM1684 int8

Time of a run of four images over that of a run of one: BM1684 keeps four images in one word. Between {} and {} for networks of convolutions and ReLU alone: published {} of {}, bmemu {} of {}.

{})",
        kBatchLow, kBatchHigh, s.published_inside, s.networks, s.predicted_inside, s.networks, kHead);
    for (const auto& pair : pairs)
      text += row(pair, fmt::format("{:.0f} % of other results from tables{}{}", 100 * pair.table_share,
                                    pair.counts ? ": convolutions and ReLU" : "",
                                    pair.is_mixed ? "; mixed precision published" : ""));
  }
  return text;
}

}  // namespace bmemu::harness
