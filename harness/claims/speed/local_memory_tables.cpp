// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/local_memory_tables.h"

#include <fmt/format.h>

#include <map>

#include "harness/accuracy/statistics.h"

namespace bmemu::harness {
namespace {

constexpr double kEqual = 0.02;

std::string mb(double bytes) { return fmt::format("{:.1f}", bytes / 1e6); }
std::string ms(double value) { return fmt::format("{:.2f}", value); }
std::string percent(double share) { return fmt::format("{:.0f}", 100 * share); }
}  // namespace

EvidenceTable counterfactual_table(const std::vector<Fp32Pair>& pairs) {
  EvidenceTable table{
      "BM1684X changed into BM1684, part by part (emulated, ms per image)",
      {"network", "84", "84X", "gap", "DDR alone", "supply alone", "peak alone", "DDR", "supply", "peak", "rest",
       "memory at most", "% of gap"},
      {},
      "Alone: how much less BM1684X takes with that part of BM1684 (negative: more; BM1684's DDR has half the "
      "controllers). DDR, supply, peak: mean over all orders; with the rest they sum to the gap. Memory at "
      "most: run less the TIU's own commands and the launch."};
  for (const auto& pair : pairs) {
    if (!pair.is_emulated) continue;
    std::vector<std::string> row = {pair.label(), ms(pair.emulated_84_ms), ms(pair.emulated_84x_ms), ms(pair.gap_ms())};
    for (const double part : pair.alone) row.push_back(ms(part));
    for (const double part : pair.share) row.push_back(ms(part));
    row.push_back(ms(pair.rest_ms));
    row.push_back(ms(pair.memory_bound_ms));
    row.push_back(pair.gap_ms() > kEqual * pair.emulated_84_ms ? percent(pair.memory_bound_ms / pair.gap_ms())
                                                               : "no slow-down");
    table.rows.push_back(std::move(row));
  }
  return table;
}

EvidenceTable bytes_table(const std::vector<Fp32Pair>& pairs) {
  EvidenceTable table{
      "Bytes between GDMA and DDR, MB per image",
      {"network", "chip", "weights once", "weights again", "activations", "inputs and outputs", "all", "84X / 84"},
      {},
      "Counted from the commands, the firmware's copies of inputs and outputs included."};
  for (const auto& pair : pairs) {
    if (!pair.is_emulated) continue;
    for (const bool is_new : {false, true}) {
      const ProgramBytes& bytes = is_new ? pair.bytes_84x : pair.bytes_84;
      table.rows.push_back({pair.label(), is_new ? "BM1684X" : "BM1684", mb(bytes.weights_once),
                            mb(bytes.weights_again), mb(bytes.activations), mb(bytes.io), mb(bytes.total()),
                            is_new ? fmt::format("{:.2f}", bytes.total() / pair.bytes_84.total()) : ""});
    }
  }
  return table;
}

EvidenceTable bandwidth_table(const std::vector<Fp32Pair>& pairs) {
  EvidenceTable table{"Without any model: bytes over published time on BM1684X, GB/s",
                      {"network", "published 84 ms", "published 84X ms", "84X / 84", "fp32 program moves", "peak",
                       "another program sustains", "which"},
                      {},
                      "Were memory what limits the fp32 program, it would run at the rate that the chip can do."};
  for (const auto& pair : pairs)
    if (pair.is_emulated)
      table.rows.push_back({pair.label(), ms(pair.published_84_ms), ms(pair.published_84x_ms),
                            fmt::format("{:.2f}", pair.slowdown()), fmt::format("{:.1f}", pair.needed_gb_per_s()), "64",
                            fmt::format("{:.1f}", pair.best_gb_per_s), pair.best_program});
  return table;
}

EvidenceTable published_table(const std::vector<Fp32Pair>& pairs) {
  EvidenceTable table{
      "Published pairs", {"bmodel", "BM1684 ms", "BM1684X ms", "84X / 84", "left out because", "source"}, {}, ""};
  for (const auto& pair : pairs)
    table.rows.push_back({pair.bmodel, ms(pair.published_84_ms), ms(pair.published_84x_ms),
                          fmt::format("{:.2f}", pair.slowdown()), pair.excluded, pair.source});
  return table;
}

EvidenceTable correlation_table(const std::vector<Fp32Pair>& pairs) {
  std::map<std::string, std::vector<double>> values;
  std::vector<double> slowdown;
  for (const auto& pair : pairs) {
    if (!pair.is_emulated || !pair.excluded.empty()) continue;
    slowdown.push_back(pair.slowdown());
    values["bytes of parameters"].push_back(pair.weight_bytes);
    values["operations"].push_back(pair.gflop);
    values["growth of DDR bytes"].push_back(pair.bytes_84x.total() / pair.bytes_84.total());
    values["weights read again on BM1684X"].push_back(pair.bytes_84x.weights_again);
    values["share of BM1684X's time that memory could cost at most"].push_back(pair.memory_bound_ms /
                                                                               pair.emulated_84x_ms);
    values["share of BM1684X's time in array supply"].push_back(pair.supply_ms / pair.emulated_84x_ms);
  }
  EvidenceTable table{
      "Rank correlation of the published slow-down",
      {"with", "Spearman", "networks"},
      {},
      "Parameters, operations and sizes of kernels go together over these networks: a correlation with "
      "parameters alone tests nothing. The FAQ's cause wants one with growth of bytes and with memory's share."};
  for (const auto& [name, list] : values)
    table.rows.push_back(
        {name, fmt::format("{:+.2f}", rank_correlation(slowdown, list)), fmt::format("{}", list.size())});
  return table;
}

}  // namespace bmemu::harness
