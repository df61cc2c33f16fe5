// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The claims of the FAQ: their texts, the verdicts recorded for them, and the experiment of each.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/claims/claim.h"

namespace bmemu::harness {

/// Where experiments get their figures from, and how far they go. Empty paths: what comes with bmemu.
struct ClaimOptions {
  std::string stages, times, throughput;  ///< published tables
  std::string networks, host;             ///< facts of networks, costs of the interface
  std::string programs;                   ///< folder of compiled programs
  std::vector<std::string> settings;      ///< of both chips, as `--set` has them: a what-if for the claims
  bool quick = false;
  std::function<void(const std::string&)> progress;  ///< told what is done; may be empty
  // A measured figure to judge (claim 6.4)
  std::string program, product;
  std::optional<double> measured_ms, fps, tpu_percent;
};

/// What claims.toml says about a claim.
struct ClaimText {
  std::string id, claim;
  Verdict outcome = Verdict::kCannotTell, cause = Verdict::kCannotTell;  ///< recorded
  std::vector<std::string> limits;
  std::string untestable;  ///< why no experiment can decide; empty: there is one
  std::string missing;     ///< what bmemu lacks for the experiment that would; empty: nothing
};

/// The claims of a text like claims.toml. Errors: E-CLAIM-FILE (it is not what it should be).
std::vector<ClaimText> parse_claim_texts(std::string_view text);
/// All that bmemu knows, in the order of the FAQ.
std::vector<ClaimText> claim_texts();

/// Runs the experiment of a claim. Errors: those of the tables and programs it reads.
ClaimResult test_claim(const ClaimText& text, const ClaimOptions& options);

/// The texts of `ids`, all of them when it is empty. Errors: E-CLAIM-ID.
std::vector<ClaimText> choose_claims(const std::vector<std::string>& ids);

/// A file of harness/claims, compiled into the library.
struct ClaimFile {
  std::string_view file;
  std::string_view text;
};
std::vector<ClaimFile> claim_files();

}  // namespace bmemu::harness
