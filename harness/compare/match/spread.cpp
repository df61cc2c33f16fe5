// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/spread.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

class Spreader {
 public:
  Spreader(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment,
           Edits& edits)
      : a_(a), b_(b), sa_(sa), sb_(sb), alignment_(alignment), edits_(edits) {}

  void hand_over_cuts() {
    for (const bool is_b : {false, true}) {
      const Structure& s = is_b ? sb_ : sa_;
      const Network& network = (is_b ? b_ : a_).run.network;
      const auto& partner = is_b ? alignment_.to_a : alignment_.to_b;
      auto& of = is_b ? edits_.of_b : edits_.of_a;
      std::map<std::string, std::size_t> made, read;  // tensors of operators that only this side has: their edit
      for (std::size_t u = 0; u < s.units.size(); ++u) {
        if (partner[u] != kNone || s.units[u].pieces.empty()) continue;
        const std::size_t edit = of[s.units[u].pieces.front()];
        if (edit == kNone || edits_.edits[edit].is_inert) continue;
        for (const auto& tensor : network.operators[s.units[u].op].results) made.emplace(tensor.name, edit);
        for (const auto& tensor : network.operators[s.units[u].op].operands) read.emplace(tensor.name, edit);
      }
      for (std::size_t p = 0; p < s.pieces.size(); ++p) {
        if (!is_cut(is_b, p) || partner[s.pieces[p].unit] == kNone) continue;
        const NetworkOperator& op = network.operators[s.pieces[p].op];
        const auto& tensors = s.pieces[p].role == "Store" ? read : made;
        for (const auto& operand : op.operands)
          if (const auto found = tensors.find(operand.name); found != tensors.end()) give(is_b, p, found->second);
      }
    }
  }

  void spread() {
    if (edits_.edits.empty()) return;
    std::size_t global = kNone;
    for (std::size_t e = 0; e < edits_.edits.size() && global == kNone; ++e)
      if (edits_.edits[e].is_global) global = e;
    find_places();
    std::vector<std::pair<double, std::size_t>> places;  // of local edits
    for (std::size_t e = 0; e < edits_.edits.size(); ++e) {
      if (edits_.edits[e].is_global || edits_.edits[e].is_inert) continue;
      for (const std::size_t p : edits_.edits[e].own_a)
        if (sa_.pieces[p].unit != kNone) places.emplace_back(place_a_[sa_.pieces[p].unit], e);
      for (const std::size_t p : edits_.edits[e].own_b)
        if (sb_.pieces[p].unit != kNone) places.emplace_back(place_b_[sb_.pieces[p].unit], e);
    }
    for (const bool is_b : {false, true}) {
      const Structure& s = is_b ? sb_ : sa_;
      auto& of = is_b ? edits_.of_b : edits_.of_a;
      for (std::size_t p = 0; p < s.pieces.size(); ++p) {
        if (of[p] != kNone) continue;
        double place = s.pieces[p].role == "input copy" ? -1 : end_;
        if (s.pieces[p].unit != kNone) place = (is_b ? place_b_ : place_a_)[s.pieces[p].unit];
        double nearest = global == kNone ? 1e9 : (is_cut(is_b, p) ? 2 : -1);
        std::size_t found = global;
        for (const auto& [where, e] : places)
          if (const double distance = std::abs(where - place);
              distance < nearest || is_before(distance, nearest, e, found)) {
            nearest = distance;
            found = e;
          }
        of[p] = found;
      }
    }
  }

 private:
  /// Of two as near the one whose name comes first: numbers of edits change when the sides are swapped.
  bool is_before(double distance, double nearest, std::size_t e, std::size_t found) const {
    return found != kNone && distance == nearest && edits_.edits[e].change < edits_.edits[found].change &&
           !edits_.edits[found].is_global;
  }

  struct Places {
    std::vector<double> a, b;
    double end = 0;
  };

  /// Places of the units of both sides on one line: matched units share one, those that one side alone has follow the
  /// last matched one. Of pairs that cross, those that come first in A count.
  static Places walk(std::size_t count_a, std::size_t count_b, const std::vector<std::size_t>& to_b) {
    Places places;
    places.a.assign(count_a, 0);
    places.b.assign(count_b, 0);
    std::size_t i = 0;
    std::size_t j = 0;
    const auto pass = [&](std::size_t to_i, std::size_t to_j) {
      for (double place = places.end; i < to_i; ++i, ++place) places.a[i] = place;
      for (double place = places.end; j < to_j; ++j, ++place) places.b[j] = place;
    };
    for (std::size_t k = 0; k < count_a; ++k) {
      const std::size_t partner = to_b[k];
      if (partner == kNone || partner < j) continue;
      const auto alone = static_cast<double>(std::max(k - i, partner - j));
      pass(k, partner);
      places.end += alone;
      pass(k + 1, partner + 1);
      places.end += 1;
    }
    const auto alone = static_cast<double>(std::max(count_a - i, count_b - j));
    pass(count_a, count_b);
    places.end += alone;
    return places;
  }

  /// The mean of walks along A and along B: the same when the sides are swapped.
  void find_places() {
    const Places by_a = walk(sa_.units.size(), sb_.units.size(), alignment_.to_b);
    const Places by_b = walk(sb_.units.size(), sa_.units.size(), alignment_.to_a);
    const auto mean = [](const std::vector<double>& x, const std::vector<double>& y) {
      std::vector<double> result;
      for (std::size_t i = 0; i < x.size(); ++i) result.push_back((x[i] + y[i]) / 2);
      return result;
    };
    place_a_ = mean(by_a.a, by_b.b);
    place_b_ = mean(by_a.b, by_b.a);
    end_ = (by_a.end + by_b.end) / 2;
  }

  /// A load or store of an activation that the partner does not have.
  bool is_cut(bool is_b, std::size_t p) const {
    const Structure& s = is_b ? sb_ : sa_;
    const std::string& role = s.pieces[p].role;
    if (s.pieces[p].unit == kNone || (role != "Load activation" && role != "Store")) return false;
    const std::size_t other = (is_b ? alignment_.to_a : alignment_.to_b)[s.pieces[p].unit];
    return other == kNone || roles_of(is_b ? sa_ : sb_, other).count(role) == 0;
  }

  void give(bool is_b, std::size_t piece, std::size_t edit) {
    std::size_t& owner = (is_b ? edits_.of_b : edits_.of_a)[piece];
    if (owner == edit) return;
    if (owner != kNone) {
      auto& own = is_b ? edits_.edits[owner].own_b : edits_.edits[owner].own_a;
      own.erase(std::remove(own.begin(), own.end(), piece), own.end());
    }
    owner = edit;
    (is_b ? edits_.edits[edit].own_b : edits_.edits[edit].own_a).push_back(piece);
  }

  const Side& a_;
  const Side& b_;
  const Structure& sa_;
  const Structure& sb_;
  const Alignment& alignment_;
  Edits& edits_;
  std::vector<double> place_a_, place_b_;
  double end_ = 0;
};

struct Work {
  std::uint64_t commands = 0, bytes = 0;
  std::int64_t cycles = 0;
  bool operator==(const Work& o) const { return commands == o.commands && bytes == o.bytes && cycles == o.cycles; }
};

Work work_of(const Side& side, const Structure& s, const std::vector<std::size_t>& pieces) {
  Work work;
  for (const std::size_t p : pieces) {
    if (s.pieces[p].layer == kNone) continue;
    const LayerCost& layer = side.run.result.layers[s.pieces[p].layer];
    work.commands += layer.tiu.commands + layer.gdma.commands;
    work.cycles += layer.tiu.ideal_cycles + layer.gdma.ideal_cycles;
    for (const auto direction : kMovingDirections) work.bytes += layer.traffic.of(direction).bytes;
  }
  return work;
}

}  // namespace

void release_inert(const Side& a, const Structure& sa, const Side& b, const Structure& sb, Edits& edits) {
  const auto is_inert = [&](const Edit& e) {
    return !e.is_global && work_of(a, sa, e.own_a) == work_of(b, sb, e.own_b);
  };
  if (std::all_of(edits.edits.begin(), edits.edits.end(), is_inert)) return;
  for (Edit& edit : edits.edits) {
    if (!is_inert(edit)) continue;
    edit.is_inert = true;
    for (const std::size_t p : edit.own_a) edits.of_a[p] = kNone;
    for (const std::size_t p : edit.own_b) edits.of_b[p] = kNone;
  }
}

void spread_edits(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment,
                  Edits& edits) {
  Spreader spreader(a, sa, b, sb, alignment, edits);
  spreader.hand_over_cuts();
  spreader.spread();
}

std::set<std::string> roles_of(const Structure& structure, std::size_t unit) {
  std::set<std::string> roles;
  for (const std::size_t p : structure.units[unit].pieces) roles.insert(structure.pieces[p].role);
  return roles;
}

}  // namespace bmemu::harness
