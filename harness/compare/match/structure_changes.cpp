// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/structure_changes.h"

#include <fmt/format.h>

#include <map>

#include "harness/compare/match/spread.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kFewCuts = 4;  ///< loads and stores that one border more or fewer explains

/// Casts and rearrangements that one side computes in a layer group and the other beside it.
std::size_t count_moved_helpers(const Network& a, const Network& b) {
  std::map<std::pair<std::string, std::string>, bool> is_local;
  for (const NetworkOperator& op : a.operators)
    if (is_helper(op.kind) && !op.results.empty())
      is_local.emplace(std::pair(op.name, op.kind), op.results.front().is_local);
  std::size_t count = 0;
  for (const NetworkOperator& op : b.operators) {
    const auto found = is_local.find({op.name, op.kind});
    count += found != is_local.end() && !op.results.empty() && found->second != op.results.front().is_local ? 1 : 0;
  }
  return count;
}

}  // namespace

std::optional<OperatorChange> structure_change(const Network& a, const Structure& structure_a, const Network& b,
                                               const Structure& structure_b, const Alignment& alignment) {
  std::size_t pairs = 0;
  std::size_t slices = 0;
  std::size_t cuts = count_moved_helpers(a, b);
  for (std::size_t i = 0; i < alignment.to_b.size(); ++i) {
    const std::size_t j = alignment.to_b[i];
    if (j == Piece::kNone) continue;
    ++pairs;
    slices += a.operators[structure_a.units[i].op].slices != b.operators[structure_b.units[j].op].slices ? 1 : 0;
    const auto roles_a = roles_of(structure_a, i);
    const auto roles_b = roles_of(structure_b, j);
    for (const char* role : {"Load activation", "Store"}) cuts += roles_a.count(role) != roles_b.count(role) ? 1 : 0;
  }
  if (cuts == 0 && slices == 0) return std::nullopt;
  return OperatorChange{cuts > 0 && cuts <= kFewCuts ? "group_cut" : "opt_level",
                        fmt::format("{} of {} operators are cut into other slices, {} borders of layer groups (loads, "
                                    "stores, casts) more or fewer",
                                    slices, pairs, cuts)};
}

}  // namespace bmemu::harness
