// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Results of claims for people and for files.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/claims/registry.h"

namespace bmemu::harness {

struct TestedClaim {
  ClaimText text;
  ClaimResult result;
  bool of_own_figure = false;  ///< of a figure that was given, which no record is about
  /// A verdict is not the recorded one.
  bool is_changed() const {
    return !of_own_figure && (result.outcome.verdict != text.outcome || result.cause.verdict != text.cause);
  }
};

/// Two lines: verdicts and decisive figure, then the reason; and one for each chip that was changed.
std::string claim_lines(const TestedClaim& claim);

/// Evidence, tables and limits, under the two lines. Lines of at most `width` columns; 0: of any length.
std::string claim_evidence(const ClaimResult& result, std::size_t width);

/// Schema bmemu.claims/1.
nlohmann::ordered_json claims_json(const std::vector<TestedClaim>& claims);

/// One page that needs nothing else.
void write_claims_page(const std::vector<TestedClaim>& claims, std::ostream& out);

/// The page of the documentation, as Markdown.
std::string claims_markdown(const std::vector<TestedClaim>& claims);

}  // namespace bmemu::harness
