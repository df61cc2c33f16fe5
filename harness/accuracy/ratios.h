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

/// Both as a section of Markdown; empty when there is neither.
std::string ratio_section(const std::vector<CalibratedChip>& chips);

}  // namespace bmemu::harness
