// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Ratios of run times: what users decide by. The chips against each other in fp32, and four images against one on
// BM1684 in int8.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/page.h"

namespace bmemu::harness {

struct RatioPair {
  std::string network;
  double published = 0;
  double predicted = 0;    ///< of times held out
  bool counts = true;      ///< for the target; others are shown only
  bool is_mixed = false;   ///< published in mixed precision
  double table_share = 0;  ///< of the results of commands that are no convolutions, those looked up in tables
};

/// BM1684X over BM1684, fp32, of programs that both chips have. Empty when a chip is missing.
std::vector<RatioPair> chip_ratios(const std::vector<CalibratedChip>& chips);

/// Run of four images over run of one, BM1684 int8. `counts`: a network of convolutions and ReLU alone, that is one
/// that looks nothing up in tables.
std::vector<RatioPair> batch_ratios(const std::vector<CalibratedChip>& chips);

struct ChipRatioSummary {
  int decided = 0, right = 0;  ///< pairs that count; of them, those predicted on the published side of 1
  double rank_correlation = 0;
};
ChipRatioSummary summarise(const std::vector<RatioPair>& chip_pairs);

// The four images of a word cost what one does; transfers grow.
inline constexpr double kBatchLow = 0.95, kBatchHigh = 1.35;
struct BatchRatioSummary {
  int networks = 0, published_inside = 0, predicted_inside = 0;  ///< of pairs that count, between the limits above
};
BatchRatioSummary summarise_batches(const std::vector<RatioPair>& batch_pairs);

/// Both as a section of Markdown; empty when there is neither.
std::string ratio_section(const std::vector<CalibratedChip>& chips);

}  // namespace bmemu::harness
