// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A claim about performance, tested: what came out, and what it rests on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bmemu::harness {

enum class Verdict : unsigned char { kConfirmed, kPartly, kRefuted, kCannotTell, kNotTestable };
std::string_view name(Verdict verdict);

/// One of the two things that a claim says: that something is so, and why.
struct Finding {
  Verdict verdict = Verdict::kCannotTell;
  std::string reason;  ///< one sentence with the figures that decide
};

/// Whether a figure depends on numbers that were fitted to the very times it is about: such evidence can't stand alone.
enum class Basis : unsigned char {
  kPublished,    ///< published figures and arithmetic
  kModel,        ///< a model whose numbers come from elsewhere
  kFittedModel,  ///< a model fitted to these times
};
std::string_view name(Basis basis);

struct Evidence {
  std::string what;     ///< a sentence with its figures
  std::string command;  ///< shows them again
  Basis basis = Basis::kPublished;
};

struct EvidenceTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string note;
};

/// Points or bars, drawn in the report.
struct Plot {
  enum class Kind : unsigned char { kBars, kScatter };
  struct Point {
    std::string label;
    double x = 0;  ///< scatter only
    double y = 0;
    std::string series;
  };
  Kind kind = Kind::kBars;
  std::string title, x_axis, y_axis;
  std::vector<Point> points;
  double line = 0;  ///< bars: a mark at this value; scatter: above 0, the diagonal y = line x
};

struct ClaimResult {
  std::string id;  ///< number in the FAQ
  std::string claim;
  Finding outcome, cause;
  std::string figure;                                   ///< the decisive one, in a few words
  std::vector<std::string> chip_changes;                ///< "bm1684x: tiu.clock_mhz 900 (was 1000, --set)"
  std::vector<std::pair<std::string, double>> numbers;  ///< named figures, for files
  std::vector<Evidence> evidence;
  std::vector<EvidenceTable> tables;  ///< the counterfactual first
  std::vector<Plot> plots;
  std::vector<std::string> sources;
  std::vector<std::string> limits;
};

}  // namespace bmemu::harness
