// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 6.1 (d): networks compiled anew by bmemu's compiler for both chips, each with the other's local memory.
#pragma once

#include <string>
#include <vector>

#include "harness/claims/claim.h"
#include "harness/claims/registry.h"

namespace bmemu::harness {

/// A network on a chip with some local memory, re-tiled for it.
struct RetiledRun {
  double ms = 0;
  double mb = 0;      ///< between GDMA and DDR or L2
  std::string error;  ///< of a run that ended early
};

/// fp32, batch 1. 84 = BM1684 (512 KiB of local memory in each lane), 84X = BM1684X (256 KiB).
struct RetiledNetwork {
  std::string network;
  RetiledRun old_512, old_256, x_256, x_512;
  std::string left_out;  ///< why there are no figures; empty: there are
  double slowdown() const { return x_256.ms / old_512.ms; }
  double gap_ms() const { return x_256.ms - old_512.ms; }
  /// What the missing half of local memory costs at most, seen from either chip.
  double memory_ms() const;
  /// Of the slow-down, what that explains; 0 where nothing is slower.
  double memory_share() const { return gap_ms() > 0 ? memory_ms() / gap_ms() : 0; }
};

/// Built-in networks (harness/architectures). Errors: those of the compiler, but for a chip that a network does not fit
/// into.
std::vector<RetiledNetwork> retiled_networks(const ClaimOptions& options);

/// Of the cause, by re-tiled programs alone.
Finding judge_retiled(const std::vector<RetiledNetwork>& networks);
/// The cause with this counterfactual beside the other evidence: where they disagree, the verdict is "partly".
Finding with_retiled(const Finding& cause, const Finding& retiled);

EvidenceTable retiled_table(const std::vector<RetiledNetwork>& networks);

}  // namespace bmemu::harness
