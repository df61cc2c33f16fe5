// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/shares.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/compare/path_exchange.h"
#include "harness/compare/replay.h"
#include "harness/compare/shapley.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

/// What happens to a command's duration when a change is taken back (or made).
struct Exchange {
  std::size_t player = kNone;
  double factor = 1;
};

/// Busy time of each engine in the pieces that match: by unit and role.
struct Match {
  double a[2] = {0, 0};
  double b[2] = {0, 0};
};

double busy_of(const Run& run, const Piece& piece, std::size_t engine) {
  if (piece.layer == kNone) return 0;
  const LayerCost& layer = run.result.layers[piece.layer];
  return static_cast<double>((engine == 0 ? layer.tiu : layer.gdma).busy_ps);
}

/// Players 2e: matched pieces of edit e; 2e + 1: pieces that only this side has.
class Hybrid {
 public:
  Hybrid(const Run& run, const Structure& structure, const std::vector<std::size_t>& of, const Run& other_run,
         const Structure& other, const std::vector<std::size_t>& partner, std::size_t edits)
      : replay_(run), durations_(replay_.durations()) {
    // busy times by (unit, role): the partner's over one's own is how much longer the commands take there
    std::map<std::pair<std::size_t, std::string>, Match> matches;
    for (const Piece& piece : structure.pieces)
      for (std::size_t e = 0; e < 2; ++e) matches[{piece.unit, piece.role}].a[e] += busy_of(run, piece, e);
    std::map<std::size_t, std::size_t> unit_of;  // other's unit -> own
    for (std::size_t u = 0; u < partner.size(); ++u)
      if (partner[u] != kNone) unit_of[partner[u]] = u;
    unit_of[kNone] = kNone;
    for (const Piece& piece : other.pieces) {
      const auto unit = unit_of.find(piece.unit);
      if (unit == unit_of.end()) continue;
      const auto found = matches.find({unit->second, piece.role});
      if (found == matches.end()) continue;
      for (std::size_t e = 0; e < 2; ++e) found->second.b[e] += busy_of(other_run, piece, e);
    }
    players_.assign(2 * edits, false);
    for (const CommandRecord& record : run.log.records()) {
      const std::size_t layer = std::min<std::size_t>(record.layer, structure.piece_of_layer.size() - 1);
      const std::size_t p = structure.piece_of_layer[layer];
      Exchange exchange;
      if (of[p] != kNone) {
        const Match& match = matches[{structure.pieces[p].unit, structure.pieces[p].role}];
        const auto e = static_cast<std::size_t>(record.engine);
        const bool is_matched = match.b[0] + match.b[1] > 0;
        exchange.player = 2 * of[p] + (is_matched ? 0 : 1);
        exchange.factor = match.a[e] > 0 ? match.b[e] / match.a[e] : 1;
        players_[exchange.player] = true;
      }
      exchanges_.push_back(exchange);
    }
  }

  /// Shapley shares of all players: what each adds to this side's length. Zero for those that this side has not; empty
  /// when there are too many.
  std::vector<double> shares() const {
    std::vector<std::size_t> present;
    for (std::size_t p = 0; p < players_.size(); ++p)
      if (players_[p]) present.push_back(p);
    std::vector<double> result(players_.size(), 0);
    if (present.size() > kMostPlayers) return {};
    const auto part = shapley(static_cast<unsigned>(present.size()), [&](unsigned set) {
      std::vector<bool> is_in(players_.size(), false);
      for (std::size_t k = 0; k < present.size(); ++k) is_in[present[k]] = (set >> k & 1U) != 0;
      std::vector<double> durations = durations_;
      for (std::size_t i = 0; i < durations.size(); ++i)
        if (exchanges_[i].player != kNone && !is_in[exchanges_[i].player]) durations[i] *= exchanges_[i].factor;
      return replay_.length(durations);
    });
    for (std::size_t k = 0; k < present.size(); ++k) result[present[k]] = part[k];
    return result;
  }

 private:
  static constexpr std::size_t kMostPlayers = 10;
  LogReplay replay_;
  std::vector<double> durations_;
  std::vector<Exchange> exchanges_;
  std::vector<bool> players_;
};

/// The edit that the order of the commands follows from: that of the whole network, else the only one with operators
/// that one side alone has. None when several might be.
std::size_t orders_commands(const Edits& edits, const std::vector<std::size_t>& active, const Structure& sa,
                            const Structure& sb, const Alignment& alignment) {
  for (const std::size_t e : active)
    if (edits.edits[e].is_global) return e;
  const auto adds = [](const Structure& s, const std::vector<std::size_t>& own,
                       const std::vector<std::size_t>& partner) {
    return std::any_of(own.begin(), own.end(),
                       [&](std::size_t p) { return s.pieces[p].unit != kNone && partner[s.pieces[p].unit] == kNone; });
  };
  std::set<std::size_t> found;
  for (const std::size_t e : active)
    if (adds(sa, edits.edits[e].own_a, alignment.to_b) || adds(sb, edits.edits[e].own_b, alignment.to_a))
      found.insert(e);
  return found.size() == 1 ? *found.begin() : kNone;
}

}  // namespace

std::vector<double> edit_shares(const Run& a, const Structure& structure_a, const Run& b, const Structure& structure_b,
                                const Alignment& alignment, const Edits& edits) {
  const std::size_t count = edits.edits.size();
  const auto delta = static_cast<double>(b.result.length_ps - a.result.length_ps);
  std::vector<double> shares(count + 1, 0);
  std::vector<std::size_t> active;
  for (std::size_t e = 0; e < count; ++e)
    if (!edits.edits[e].is_inert) active.push_back(e);
  if (active.size() <= 1) {  // nothing else differs: all of it is the one change's
    shares[active.empty() ? count : active.front()] = delta;
    return shares;
  }
  shares = path_shares(a, structure_a, b, structure_b, alignment, edits);
  const auto globals =
      std::count_if(active.begin(), active.end(), [&](std::size_t e) { return edits.edits[e].is_global; });
  if (globals >= 1) return shares;  // each piece has one owner in a replay
  // With B's order of commands: matched commands as long as A's, or B's; commands that only B has there, or not. With
  // A's order the same. What is matched is in both: the mean, so that swapped sides have the negative.
  const auto in_b = Hybrid(b, structure_b, edits.of_b, a, structure_a, alignment.to_a, count).shares();
  const auto in_a = Hybrid(a, structure_a, edits.of_a, b, structure_b, alignment.to_b, count).shares();
  std::vector<double> replayed(count + 1, 0);
  double sum = 0;
  for (std::size_t e = 0; e < count && !in_a.empty() && !in_b.empty(); ++e) {
    replayed[e] = (in_b[2 * e] - in_a[2 * e]) / 2 + in_b[2 * e + 1] - in_a[2 * e + 1];
    sum += replayed[e];
  }
  replayed[count] = delta - sum;
  if (in_a.empty() || in_b.empty()) return shares;
  double size = 0;
  for (std::size_t e = 0; e < count; ++e) size += std::abs(replayed[e]);
  if (size == 0) return shares;
  // A replay keeps its run's order: what it leaves is the doing of who changes the order.
  if (const std::size_t e = orders_commands(edits, active, structure_a, structure_b, alignment); e != kNone) {
    replayed[e] += replayed[count];
    replayed[count] = 0;
  }
  return replayed;
}

}  // namespace bmemu::harness
