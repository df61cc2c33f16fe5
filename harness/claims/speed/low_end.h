// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 6.4: results more than 10 % below the published ones may come from another product; SE5-8 loses two fifths.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/claims/claim.h"
#include "harness/claims/programs.h"

namespace bmemu::harness {

/// A network that was published on SE5-16 and SE5-8. Milliseconds of the TPU per frame: tpu % / FPS.
struct ProductPair {
  std::string network, program;
  double published_16_ms = 0, published_8_ms = 0;
  double fps_16 = 0, fps_8 = 0;
  bool is_emulated = false;
  double emulated_16_ms = 0, emulated_8_ms = 0;
  double clock_alone_ms = 0;  ///< SE5-16 with SE5-8's clock
  double ddr_alone_ms = 0;    ///< SE5-16 with SE5-8's DDR
  double fitting_mhz = 0;     ///< clock of SE5-8's TPU with which the emulated ratio is the published one
  double published_ratio() const { return published_16_ms / published_8_ms; }
  double emulated_ratio() const { return emulated_16_ms / emulated_8_ms; }
};

/// A product's emulated time of a program, and the range in which a measured one may lie.
struct ProductTime {
  std::string product;
  double ms = 0, low_ms = 0, high_ms = 0;  ///< per frame
  bool fits(double measured_ms) const { return measured_ms >= low_ms && measured_ms <= high_ms; }
};

/// A figure held against products.
struct ProductAnswer {
  double measured_ms = 0;
  std::string stated;  ///< product
  std::vector<ProductTime> products;
  double fitting_mhz =
      0;                ///< clock of the stated product's TPU with which the emulated time is the measured one; 0: none
  std::string verdict;  ///< "fits SE5-16", "fits SE5-8, not SE5-16", "cannot be told from ...", "fits no product ..."
  bool fits_stated() const;
  bool fits_other() const;
};

/// A published throughput row held against its stated product.
struct ProductRow {
  ThroughputRow row;
  double tpu_ms = 0;      ///< per frame; by tpu %, or all of the time between two frames
  bool is_bound = false;  ///< no tpu %: the TPU can't have taken longer
  std::optional<ProductTime> stated;
  std::string unchecked;  ///< why it was not held against anything
  std::string finding;    ///< how it does not fit; empty: it does
};

struct LowEndInputs {
  std::vector<ProductPair> pairs;
  std::vector<ProductRow> rows;
  std::optional<ProductAnswer> answer;  ///< to the figure of the options
};

/// How far the emulated ratio may be from the published one.
inline constexpr double kRatioTolerance = 0.04;

ProductAnswer judge_figure(double measured_ms, const std::string& stated, std::vector<ProductTime> products,
                           double fitting_mhz);

LowEndInputs low_end_inputs(const ClaimOptions& options);
ClaimResult judge_low_end(const LowEndInputs& inputs);

}  // namespace bmemu::harness
