// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 6.1: fp32 programs are slower on BM1684X, because half the local memory makes the GDMA go to DDR far more
// often.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/claim.h"
#include "harness/claims/programs.h"
#include "harness/claims/speed/retiled.h"

namespace bmemu::harness {

/// What changes BM1684X into BM1684, as far as a BM1684X program can tell.
enum class ChipPart : unsigned char { kDdr, kSupply, kPeak };
inline constexpr std::size_t kChipPartCount = 3;

/// A network that was published in fp32 on both chips. Milliseconds per image; 84 = BM1684, 84X = BM1684X.
struct Fp32Pair {
  std::string network, bmodel, source;
  int batch = 1;
  double published_84_ms = 0, published_84x_ms = 0;
  std::string excluded;  ///< why its figures are not trusted
  double slowdown() const { return published_84x_ms / published_84_ms; }
  std::string label() const;  ///< network, and batch where it is not 1

  // Of its programs, when there are some:
  bool is_emulated = false;
  ProgramBytes bytes_84, bytes_84x;  ///< of one image
  double weight_bytes = 0;
  double gflop = 0;  ///< of one image
  double emulated_84_ms = 0, emulated_84x_ms = 0;
  double memory_bound_ms = 0;                  ///< of BM1684X: no memory effect can be larger
  double supply_ms = 0;                        ///< of BM1684X
  std::array<double, kChipPartCount> alone{};  ///< change of BM1684X's time by one part alone
  std::array<double, kChipPartCount> share{};  ///< mean over all orders; with `rest` they sum to the gap
  double rest_ms = 0;
  double best_gb_per_s = 0;  ///< that BM1684X sustains in another program of any type, by published times
  std::string best_program;
  double gap_ms() const { return emulated_84x_ms - emulated_84_ms; }
  double needed_gb_per_s() const { return bytes_84x.total() / published_84x_ms / 1e6; }
  /// Of the emulated slow-down, what memory could explain at most.
  double memory_share() const;
};

struct LocalMemoryInputs {
  std::vector<Fp32Pair> pairs;
  std::vector<RetiledNetwork> retiled;
};

LocalMemoryInputs local_memory_inputs(const ClaimOptions& options);
ClaimResult judge_local_memory(const LocalMemoryInputs& inputs);

}  // namespace bmemu::harness
