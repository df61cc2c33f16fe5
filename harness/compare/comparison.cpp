// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/compare/chip_changes.h"
#include "harness/compare/command_matches.h"
#include "harness/compare/explain.h"
#include "harness/compare/layer_rows.h"
#include "harness/compare/shapley.h"
#include "harness/compare/shares.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

bool is_identical(const Run& a, const Run& b) {
  if (a.result.length_ps != b.result.length_ps || a.log.records().size() != b.log.records().size()) return false;
  return std::equal(a.log.records().begin(), a.log.records().end(), b.log.records().begin(),
                    [&](const CommandRecord& x, const CommandRecord& y) {
                      return x.engine == y.engine && x.begin_ps == y.begin_ps && x.end_ps == y.end_ps &&
                             x.bytes == y.bytes && a.log.operation(x) == b.log.operation(y);
                    });
}

constexpr double kLeastCommon = 0.5;  ///< of the smaller network; with less the two are not versions of one

/// Whether both runs execute the same commands, at whatever times.
bool same_commands(const Run& a, const Run& b) {
  const auto keys = [](const Run& run) {
    std::vector<std::tuple<int, std::uint32_t, std::uint32_t, std::string_view, std::uint64_t>> result;
    for (const CommandRecord& r : run.log.records())
      result.emplace_back(static_cast<int>(r.engine), r.group, r.index, run.log.operation(r), r.bytes);
    std::sort(result.begin(), result.end());
    return result;
  };
  return keys(a) == keys(b);
}

/// Whether the operators are the same but for their names: commands do not tell one window of a pool from another.
bool same_operators(const Network& a, const Network& b) {
  return std::equal(a.operators.begin(), a.operators.end(), b.operators.begin(), b.operators.end(),
                    [](const NetworkOperator& x, const NetworkOperator& y) {
                      return x.kind == y.kind && x.kernel == y.kernel && x.window == y.window &&
                             x.padding == y.padding && x.groups == y.groups;
                    });
}

/// Whether the same bytes take the GDMA other ideal cycles.
bool moves_otherwise(const RunResult& a, const RunResult& b) {
  for (const auto direction : kMovingDirections)
    if (a.traffic.of(direction).bytes != b.traffic.of(direction).bytes) return false;
  return a.gdma.ideal_cycles != b.gdma.ideal_cycles;
}

/// Whether a piece that `owner` owns is touched by `edit`: all changes of the whole network touch what one of them
/// does.
bool is_touched(const std::vector<Edit>& edits, std::size_t owner, std::size_t edit) {
  return owner == edit || (owner != kNone && edits[owner].is_global && edits[edit].is_global);
}

CauseSide cost_of(const Side& side, const Structure& structure, const std::vector<Edit>& edits,
                  const std::vector<std::size_t>& of, std::size_t edit) {
  CauseSide cost;
  std::set<std::string> types;
  for (std::size_t p = 0; p < structure.pieces.size(); ++p) {
    if (!is_touched(edits, of[p], edit)) continue;
    const Piece& piece = structure.pieces[p];
    if (piece.op != kNone) {
      const NetworkOperator& op = side.run.network.operators[piece.op];
      cost.slices += op.slices;
      ++cost.operators;
      if (!op.results.empty()) {
        types.insert(op.results.front().type);
        cost.local += op.results.front().is_local ? 1 : 0;
      }
    }
    if (piece.layer == kNone) continue;
    const LayerCost& layer = side.run.result.layers[piece.layer];
    cost.commands += layer.tiu.commands + layer.gdma.commands;
    cost.tiu_cycles += layer.tiu.ideal_cycles;
    cost.gdma_cycles += layer.gdma.ideal_cycles;
    cost.tiu_ps += layer.tiu.busy_ps;
    cost.gdma_ps += layer.gdma.busy_ps;
    for (const auto direction : kMovingDirections) cost.bytes += layer.traffic.of(direction).bytes;
    add(cost.stack, layer.tiu.stack);
    add(cost.stack, layer.gdma.stack);
  }
  for (const auto wait : {emulator::Cause::kSync, emulator::Cause::kFetch, emulator::Cause::kIdle})
    cost.stack[static_cast<std::size_t>(wait)] = 0;
  cost.types.assign(types.begin(), types.end());
  return cost;
}

/// A side's program on another chip, with the same network.
Side on_chip(const Side& side, const isa::ChipSpec& chip) {
  Side result = side;
  result.run = measure({side.program, chip, side.host});
  result.run.network = side.run.network;
  return result;
}

struct Shares {
  std::vector<double> edits;  ///< and of no edit
  std::vector<double> groups;
};

Shares all_shares(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment,
                  const Edits& edits, const std::vector<ChipGroup>& groups) {
  Shares shares;
  if (groups.empty()) {
    shares.edits = edit_shares(a.run, sa, b.run, sb, alignment, edits);
    return shares;
  }
  // each program on both chips, each chip for both programs: what a change costs is the mean over the other's two
  // states
  const auto first = edit_shares(a.run, sa, on_chip(b, a.run.result.chip).run, sb, alignment, edits);
  const auto second = edit_shares(on_chip(a, b.run.result.chip).run, sa, b.run, sb, alignment, edits);
  for (std::size_t i = 0; i < first.size(); ++i) shares.edits.push_back((first[i] + second[i]) / 2);
  shares.groups.assign(groups.size(), 0);
  for (const Side* side : {&a, &b}) {
    const auto part = shapley(static_cast<unsigned>(groups.size()), [&](unsigned chosen) {
      return double(
          measure_length({side->program, exchange(a.run.result.chip, b.run.result.chip, groups, chosen), side->host}));
    });
    for (std::size_t g = 0; g < groups.size(); ++g) shares.groups[g] += part[g] / 2;
  }
  return shares;
}

/// Differences of interval ends, as far as both sides err together: the same chip is wrong in the same way.
double uncertainty_ms(const Side& a, const Side& b) {
  const auto half = [](const RunResult& r) { return (r.interval.high_ms - r.interval.low_ms) / 2; };
  const double x = half(a.run.result);
  const double y = half(b.run.result);
  const bool correlated =
      a.run.result.chip.family == b.run.result.chip.family && a.run.result.interval.type == b.run.result.interval.type;
  return correlated ? std::abs(x - y) : std::hypot(x, y);
}

/// Rounded so that they sum to `delta`: the largest takes what rounding leaves.
void set_deltas(std::vector<Cause>& causes, const std::vector<double>& shares, emulator::Picoseconds delta) {
  if (causes.empty()) return;
  emulator::Picoseconds left = delta;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < causes.size(); ++i) {
    causes[i].delta_ps = std::llround(shares[i]);
    left -= causes[i].delta_ps;
    if (std::abs(shares[i]) > std::abs(shares[largest])) largest = i;
  }
  causes[largest].delta_ps += left;
}

}  // namespace

Comparison compare(const Side& a, const Side& b) {
  Comparison result;
  result.delta_ps = b.run.result.length_ps - a.run.result.length_ps;
  result.uncertain_ms = uncertainty_ms(a, b);
  const Structure sa = find_structure(a);
  const Structure sb = find_structure(b);
  const Alignment alignment = align(a.run.network, sa, b.run.network, sb);
  const LayerRows rows = make_rows(a, sa, b, sb, alignment);
  const bool one_family = a.run.result.chip.family == b.run.result.chip.family;
  std::vector<ChipGroup> groups;
  if (one_family) groups = chip_groups(a.run.result.chip, b.run.result.chip);
  for (const auto& group : groups) result.settings.insert(result.settings.end(), group.text.begin(), group.text.end());
  result.is_identical = groups.empty() && is_identical(a.run, b.run);

  const double common = common_share(a.run.network, sa, b.run.network, sb, alignment);
  const bool is_other_network = common < kLeastCommon;
  Edits edits;
  if (!is_other_network && one_family &&
      !(same_commands(a.run, b.run) && same_operators(a.run.network, b.run.network))) {
    edits = find_edits(a, sa, b, sb, alignment);
  } else {
    edits.of_a.assign(sa.pieces.size(), kNone);
    edits.of_b.assign(sb.pieces.size(), kNone);
  }
  const auto of_all = [&](const std::string& change, const std::string& what) {
    const std::size_t number = edits.edits.size();
    edits.edits.push_back({change, what, true, false, {}, {}});
    for (auto* of : {&edits.of_a, &edits.of_b})
      for (std::size_t& edit : *of)
        if (edit == kNone) edit = number;
  };
  if (is_other_network)
    of_all(
        "other_network",
        fmt::format("the programs are of different networks: {:.0f} % of the operators of the smaller one are in the "
                    "other too, so that no single change explains the difference",
                    100 * common));
  else if (!one_family)
    of_all("chip", fmt::format("{} -> {}", a.run.result.chip.name, b.run.result.chip.name));
  else if (!groups.empty() && (a.program == nullptr || b.program == nullptr)) {
    of_all(groups.front().change, fmt::format("{}", fmt::join(groups.front().text, ", ")));
    groups.clear();  // a chip cannot be exchanged without the program
  }

  const Shares shares = all_shares(a, sa, b, sb, alignment, edits, groups);
  std::vector<double> amounts;
  result.layers = rows.rows;
  match_commands_of(result.layers, a.run, b.run);
  std::set<std::size_t> every_row;
  for (std::size_t r = 0; r < result.layers.size(); ++r) every_row.insert(r);
  for (std::size_t e = 0; e < edits.edits.size(); ++e) {
    const Edit& edit = edits.edits[e];
    Cause cause;
    cause.change = edit.change;
    cause.a = cost_of(a, sa, edits.edits, edits.of_a, e);
    cause.b = cost_of(b, sb, edits.edits, edits.of_b, e);
    std::set<std::size_t> own;
    std::set<std::size_t> all;
    for (const std::size_t p : edit.own_a) own.insert(rows.of_a[p]);
    for (const std::size_t p : edit.own_b) own.insert(rows.of_b[p]);
    std::set<std::size_t> touched;  // and rows of no operator: copies, launch
    const auto touch = [&](const Structure& s, const std::vector<std::size_t>& of,
                           const std::vector<std::size_t>& row) {
      for (std::size_t p = 0; p < s.pieces.size(); ++p) {
        if (!is_touched(edits.edits, of[p], e)) continue;
        touched.insert(row[p]);
        if (s.pieces[p].op != kNone) all.insert(row[p]);
      }
    };
    touch(sa, edits.of_a, rows.of_a);
    touch(sb, edits.of_b, rows.of_b);
    cause.layers = ranked_layers(result.layers, own, all);
    cause.text = edit.what;
    add_commands(cause, touched, result.layers, a.run, b.run);
    for (const std::size_t r : all)
      if (LayerRow& row = result.layers[r]; row.a_ps != row.b_ps || row.a_busy_ps != row.b_busy_ps)
        row.change = edit.change;
    result.causes.push_back(std::move(cause));
    amounts.push_back(shares.edits[e]);
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Cause cause;
    cause.change = groups[g].change;
    cause.settings = groups[g].text;
    cause.text = groups[g].change == "product"
                     ? fmt::format("product {} -> {}", a.run.result.chip.product, b.run.result.chip.product)
                     : fmt::format("{}", fmt::join(groups[g].text, ", "));
    if (edits.edits.empty()) cause.layers = ranked_layers(result.layers, {}, every_row);
    result.causes.push_back(std::move(cause));
    amounts.push_back(shares.groups[g]);
  }
  if (const double rest = shares.edits.back(); (rest != 0 || result.causes.empty()) && !result.is_identical) {
    Cause cause;
    const bool is_alone = result.causes.empty();
    const bool is_small = std::abs(rest) < kSmallShare * double(a.run.result.length_ps);
    if (is_alone && !is_small) {
      cause.layers = ranked_layers(result.layers, {}, every_row);
      add_commands(cause, every_row, result.layers, a.run, b.run);
    }
    if (is_alone && is_small) {
      cause.change = "none";
      cause.text = "nothing that costs time";
    } else if (is_alone && (a.evidence == "profile" || b.evidence == "profile")) {
      cause.change = "profile";
      cause.text = "the same commands took other times";
    } else if (is_alone && moves_otherwise(a.run.result, b.run.result)) {
      cause.change = "dma_pattern";
      cause.text = "the same bytes move in other rows or strides";
    } else {
      cause.change = "overlap";
      cause.text = "commands run beside each other in another way";
    }
    result.causes.push_back(std::move(cause));
    amounts.push_back(rest);
  }
  set_deltas(result.causes, amounts, result.delta_ps);
  std::stable_sort(result.causes.begin(), result.causes.end(),
                   [](const Cause& x, const Cause& y) { return std::abs(x.delta_ps) > std::abs(y.delta_ps); });
  for (Cause& cause : result.causes) cause.text = explain(cause, a.run.result.length_ps);
  return result;
}

}  // namespace bmemu::harness
