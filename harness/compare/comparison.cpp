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

/// One comparison on its way: what is the same, what changed, and what each change costs.
class Comparing {
 public:
  Comparing(const Side& a, const Side& b)
      : a_(a),
        b_(b),
        sa_(find_structure(a)),
        sb_(find_structure(b)),
        alignment_(align(a.run.network, sa_, b.run.network, sb_)),
        rows_(make_rows(a, sa_, b, sb_, alignment_)) {
    result_.delta_ps = b.run.result.length_ps - a.run.result.length_ps;
    result_.uncertain_ms = uncertainty_ms(a, b);
    result_.layers = rows_.rows;
    match_commands_of(result_.layers, a.run, b.run);
    for (std::size_t r = 0; r < result_.layers.size(); ++r) every_row_.insert(r);
  }

  Comparison take() {
    find_changes();
    const Shares shares = all_shares(a_, sa_, b_, sb_, alignment_, edits_, groups_);
    for (std::size_t e = 0; e < edits_.edits.size(); ++e) add(cause_of_edit(e), shares.edits[e]);
    for (std::size_t g = 0; g < groups_.size(); ++g) add(cause_of_group(groups_[g]), shares.groups[g]);
    const double rest = shares.edits.back();
    if ((rest != 0 || result_.causes.empty()) && !result_.is_identical) add(cause_of_rest(rest), rest);
    set_deltas(result_.causes, amounts_, result_.delta_ps);
    std::stable_sort(result_.causes.begin(), result_.causes.end(),
                     [](const Cause& x, const Cause& y) { return std::abs(x.delta_ps) > std::abs(y.delta_ps); });
    for (Cause& cause : result_.causes) cause.text = explain(cause, a_.run.result.length_ps);
    return std::move(result_);
  }

 private:
  /// Edits of the network and groups of the chip's parameters. Where neither can tell the sides apart, one edit has
  /// everything.
  void find_changes() {
    const isa::ChipSpec &chip_a = a_.run.result.chip, &chip_b = b_.run.result.chip;
    const bool one_family = chip_a.family == chip_b.family;
    if (one_family) groups_ = chip_groups(chip_a, chip_b);
    for (const auto& group : groups_)
      result_.settings.insert(result_.settings.end(), group.text.begin(), group.text.end());
    result_.is_identical = groups_.empty() && is_identical(a_.run, b_.run);

    const double common = common_share(a_.run.network, sa_, b_.run.network, sb_, alignment_);
    const bool is_other_network = common < kLeastCommon;
    const bool is_same = same_commands(a_.run, b_.run) && same_operators(a_.run.network, b_.run.network);
    if (!is_other_network && one_family && !is_same) {
      edits_ = find_edits(a_, sa_, b_, sb_, alignment_);
    } else {
      edits_.of_a.assign(sa_.pieces.size(), kNone);
      edits_.of_b.assign(sb_.pieces.size(), kNone);
    }
    if (is_other_network) {
      add_edit_of_the_rest(
          "other_network",
          fmt::format("the programs are of different networks: {:.0f} % of the operators of the smaller one are in the "
                      "other too, so that no single change explains the difference",
                      100 * common));
    } else if (!one_family) {
      add_edit_of_the_rest("chip", fmt::format("{} -> {}", chip_a.name, chip_b.name));
    } else if (!groups_.empty() && (a_.program == nullptr || b_.program == nullptr)) {
      add_edit_of_the_rest(groups_.front().change, fmt::format("{}", fmt::join(groups_.front().text, ", ")));
      groups_.clear();  // a chip cannot be exchanged without the program
    }
  }

  /// An edit of the whole network, of every piece that no other edit has.
  void add_edit_of_the_rest(const std::string& change, const std::string& what) {
    const std::size_t number = edits_.edits.size();
    edits_.edits.push_back({change, what, true, false, {}, {}});
    for (auto* of : {&edits_.of_a, &edits_.of_b})
      for (std::size_t& edit : *of)
        if (edit == kNone) edit = number;
  }

  Cause cause_of_edit(std::size_t e) {
    const Edit& edit = edits_.edits[e];
    Cause cause;
    cause.change = edit.change;
    cause.text = edit.what;
    cause.a = cost_of(a_, sa_, edits_.edits, edits_.of_a, e);
    cause.b = cost_of(b_, sb_, edits_.edits, edits_.of_b, e);
    std::set<std::size_t> own;
    for (const std::size_t p : edit.own_a) own.insert(rows_.of_a[p]);
    for (const std::size_t p : edit.own_b) own.insert(rows_.of_b[p]);
    std::set<std::size_t> of_operators;
    std::set<std::size_t> touched;  // and rows of no operator: copies, launch
    const auto touch = [&](const Structure& s, const std::vector<std::size_t>& of,
                           const std::vector<std::size_t>& row) {
      for (std::size_t p = 0; p < s.pieces.size(); ++p) {
        if (!is_touched(edits_.edits, of[p], e)) continue;
        touched.insert(row[p]);
        if (s.pieces[p].op != kNone) of_operators.insert(row[p]);
      }
    };
    touch(sa_, edits_.of_a, rows_.of_a);
    touch(sb_, edits_.of_b, rows_.of_b);
    cause.layers = ranked_layers(result_.layers, own, of_operators);
    add_commands(cause, touched, result_.layers, a_.run, b_.run);
    for (const std::size_t r : of_operators)
      if (LayerRow& row = result_.layers[r]; row.a_ps != row.b_ps || row.a_busy_ps != row.b_busy_ps)
        row.change = edit.change;
    return cause;
  }

  Cause cause_of_group(const ChipGroup& group) const {
    Cause cause;
    cause.change = group.change;
    cause.settings = group.text;
    cause.text = group.change == "product"
                     ? fmt::format("product {} -> {}", a_.run.result.chip.product, b_.run.result.chip.product)
                     : fmt::format("{}", fmt::join(group.text, ", "));
    if (edits_.edits.empty()) cause.layers = ranked_layers(result_.layers, {}, every_row_);
    return cause;
  }

  /// Of what no edit and no parameter explains: `rest` picoseconds.
  Cause cause_of_rest(double rest) const {
    Cause cause;
    cause.change = "overlap";
    cause.text = "commands run beside each other in another way";
    if (!result_.causes.empty()) return cause;
    if (std::abs(rest) < kSmallShare * double(a_.run.result.length_ps)) {
      cause.change = "none";
      cause.text = "nothing that costs time";
      return cause;
    }
    cause.layers = ranked_layers(result_.layers, {}, every_row_);
    add_commands(cause, every_row_, result_.layers, a_.run, b_.run);
    if (a_.evidence == "profile" || b_.evidence == "profile") {
      cause.change = "profile";
      cause.text = "the same commands took other times";
    } else if (moves_otherwise(a_.run.result, b_.run.result)) {
      cause.change = "dma_pattern";
      cause.text = "the same bytes move in other rows or strides";
    }
    return cause;
  }

  void add(Cause cause, double share) {
    result_.causes.push_back(std::move(cause));
    amounts_.push_back(share);
  }

  const Side& a_;
  const Side& b_;
  const Structure sa_, sb_;
  const Alignment alignment_;
  const LayerRows rows_;
  std::set<std::size_t> every_row_;
  Edits edits_;
  std::vector<ChipGroup> groups_;
  Comparison result_;
  std::vector<double> amounts_;  ///< picoseconds, by cause
};

}  // namespace

Comparison compare(const Side& a, const Side& b) { return Comparing(a, b).take(); }

}  // namespace bmemu::harness
