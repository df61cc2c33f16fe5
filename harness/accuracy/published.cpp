// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/output/csv_table.h"

namespace bmemu::harness {

std::string PublishedRow::fold() const { return network.substr(0, network.find_first_of("-_", 1)); }

bool is_transformer(const PublishedRow& row) {
  constexpr const char* kTransformers[] = {"bert", "clip", "detr", "segformer", "swin", "vit", "wenet"};
  return std::any_of(std::begin(kTransformers), std::end(kTransformers),
                     [&](const char* t) { return row.fold() == t; });
}

bool PublishedRow::is_outpaced() const { return published_ms > kOutpacedRatio * fastest_ms; }

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
    row.published_ms = row.fastest_ms = table.number("published_ms_per_image") * row.batch;
    row.estimate_ms = table.optional_number("vendor_estimate_ms_per_image") * row.batch;
    row.is_mixed = table.optional("int8_published") == "mixed";
    row.other_compiler = table.optional("notes").find("TPU-NNTC") != std::string::npos;
    if (row.published_ms > 0) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace bmemu::harness
