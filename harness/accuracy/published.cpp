// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/published.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/output/csv_table.h"

namespace bmemu::harness {

std::string PublishedRow::fold() const { return network.substr(0, network.find_first_of("-_", 1)); }

bool PublishedRow::is_outpaced() const { return published_ms > kOutpacedRatio * fastest_ms; }

std::string PublishedRow::why_not_scored() const {
  std::vector<std::string> reasons;
  if (is_transformer())
    reasons.push_back(
        fmt::format("transformer: matrix multiplications are {:.0f} % of its products", 100 * matrix_share));
  if (is_mixed) reasons.emplace_back("published with layers in float, all int8 here");
  if (other_compiler) reasons.emplace_back("published program made by TPU-NNTC");
  if (is_outpaced())
    reasons.push_back(
        fmt::format("another publication is faster by {:.2f}: {:.3f} ms", published_ms / fastest_ms, fastest_ms));
  if (is_impossible())
    reasons.push_back(fmt::format("the program at hand takes {:.3f} ms at its ideal cost alone", least_ms));
  return fmt::format("{}", fmt::join(reasons, "; "));
}

std::string PublishedRow::name() const { return fmt::format("{} {} {}b", network, type, batch); }

std::vector<PublishedRow> read_published(const std::string& path) {
  CsvTable table(path, "a table of published times (CSV)");
  std::vector<PublishedRow> rows;
  while (table.next()) {
    PublishedRow row;
    row.file = table.text("file");
    row.network = table.text("model");
    row.chip = table.text("chip");
    row.type = table.text("dtype");
    row.batch = std::max(1, static_cast<int>(table.number("batch")));
    row.source = table.optional("published_source");
    row.published_ms = row.comparable_ms = row.fastest_ms = table.number("published_ms_per_image") * row.batch;
    row.estimate_ms = table.optional_number("vendor_estimate_ms_per_image") * row.batch;
    row.is_mixed = table.optional("int8_published") == "mixed";
    row.other_compiler = table.optional("notes").find("TPU-NNTC") != std::string::npos;
    if (row.published_ms > 0) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace bmemu::harness
