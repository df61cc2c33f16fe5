// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/low_end_tables.h"

#include <fmt/format.h>

namespace bmemu::harness {
namespace {

std::string ms(double value) { return fmt::format("{:.2f}", value); }
std::string ratio(double value) { return fmt::format("{:.3f}", value); }

}  // namespace

EvidenceTable pair_table(const std::vector<ProductPair>& pairs) {
  EvidenceTable table{
      "Both products: speed of SE5-8 over SE5-16, and what the parts give",
      {"network", "program", "FPS 16", "FPS 8", "TPU ms/frame 16", "TPU ms/frame 8", "FPS ratio", "published ratio",
       "emulated ratio", "difference", "clock alone", "DDR alone", "TPU clock that would fit"},
      {},
      "Published ratio: of tpu % / FPS. Channels and threads differ between the products, so FPS alone "
      "say less. Emulated: SE5-8 at 331 MHz (from 10.6 and 17.6 TOPS) with DDR at 3200 MT/s, of the rates that its "
      "driver knows the one that fits these rows."};
  for (const auto& pair : pairs) {
    std::vector<std::string> row = {pair.network,
                                    pair.is_emulated ? pair.program : "no program at hand",
                                    fmt::format("{:.1f}", pair.fps_16),
                                    fmt::format("{:.1f}", pair.fps_8),
                                    ms(pair.published_16_ms),
                                    ms(pair.published_8_ms),
                                    ratio(pair.fps_8 / pair.fps_16),
                                    ratio(pair.published_ratio())};
    if (pair.is_emulated)
      row.insert(row.end(),
                 {ratio(pair.emulated_ratio()), fmt::format("{:+.3f}", pair.emulated_ratio() - pair.published_ratio()),
                  ratio(pair.emulated_16_ms / pair.clock_alone_ms), ratio(pair.emulated_16_ms / pair.ddr_alone_ms),
                  pair.fitting_mhz > 0 ? fmt::format("{:.0f} MHz", pair.fitting_mhz) : "not run"});
    else
      row.insert(row.end(), 5, "");
    table.rows.push_back(std::move(row));
  }
  return table;
}

EvidenceTable row_table(const std::vector<ProductRow>& rows, bool unfit) {
  EvidenceTable table{unfit ? "Published rows that do not fit their stated product"
                            : "Published rows that fit, or can't be held against a product",
                      {"path", "network", "product", "published/s", "TPU ms/frame", "emulated ms", "range",
                       unfit ? "finding" : "remark"},
                      {},
                      "Range: 90 % interval of the emulated time of the program alone."};
  for (const auto& one : rows) {
    if (one.finding.empty() == unfit) continue;
    const std::string network = one.row.bmodel.empty() ? one.row.model : one.row.bmodel;
    std::vector<std::string> row = {one.row.path, network, one.row.product, one.row.stated};
    if (one.stated)
      row.insert(row.end(), {(one.is_bound ? "<= " : "") + ms(one.tpu_ms), ms(one.stated->ms),
                             ms(one.stated->low_ms) + " to " + ms(one.stated->high_ms)});
    else
      row.insert(row.end(), 3, "");
    row.push_back(unfit ? one.finding : one.stated ? (one.is_bound ? "possible" : "fits") : one.unchecked);
    table.rows.push_back(std::move(row));
  }
  return table;
}

EvidenceTable answer_table(const ProductAnswer& answer) {
  EvidenceTable table{fmt::format("{:.3f} ms per frame: {}", answer.measured_ms, answer.verdict),
                      {"product", "emulated ms", "range ms", "fits"},
                      {},
                      answer.fitting_mhz > 0 ? fmt::format("A TPU clock of {:.0f} MHz on {} would give it.",
                                                           answer.fitting_mhz, answer.stated)
                                             : "No clock between a tenth and twice the product's gives it."};
  for (const auto& product : answer.products)
    table.rows.push_back({product.product, fmt::format("{:.3f}", product.ms),
                          fmt::format("{:.3f} to {:.3f}", product.low_ms, product.high_ms),
                          product.fits(answer.measured_ms) ? "yes" : "no"});
  return table;
}

}  // namespace bmemu::harness
