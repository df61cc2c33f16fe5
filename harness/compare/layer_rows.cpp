// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/layer_rows.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

emulator::Picoseconds busy(const LayerCost& layer) { return layer.tiu.busy_ps + layer.gdma.busy_ps; }

/// Pieces of no unit: copies of the firmware, the launch.
std::vector<std::size_t> outside_of(const Structure& structure) {
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < structure.pieces.size(); ++p)
    if (structure.pieces[p].unit == kNone) result.push_back(p);
  return result;
}

class RowMaker {
 public:
  RowMaker(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment)
      : a_(a), b_(b), sa_(sa), sb_(sb) {
    result_.of_a.assign(sa.pieces.size(), kNone);
    result_.of_b.assign(sb.pieces.size(), kNone);
    for (std::size_t j = 0; j < sb.units.size(); ++j) {
      const std::size_t i = alignment.to_a[j];
      add(i == kNone ? std::vector<std::size_t>{} : sa.units[i].pieces, sb.units[j].pieces);
    }
    for (std::size_t i = 0; i < sa.units.size(); ++i)
      if (alignment.to_b[i] == kNone) add(sa.units[i].pieces, {});
    add(outside_of(sa), outside_of(sb));
  }
  LayerRows take() { return std::move(result_); }

 private:
  void add(const std::vector<std::size_t>& as, const std::vector<std::size_t>& bs) {
    std::map<std::string, std::vector<std::size_t>> left;
    for (const std::size_t p : as) left[sa_.pieces[p].role].push_back(p);
    for (const std::size_t q : bs) {
      LayerRow row;
      fill(row, b_, sb_.pieces[q], true);
      result_.of_b[q] = result_.rows.size();
      auto& same = left[sb_.pieces[q].role];
      if (!same.empty()) {
        auto partner = std::find_if(same.begin(), same.end(), [&](std::size_t p) { return name_a(p) == name_b(q); });
        if (partner == same.end()) partner = same.begin();
        fill(row, a_, sa_.pieces[*partner], false);
        result_.of_a[*partner] = result_.rows.size();
        same.erase(partner);
      }
      result_.rows.push_back(std::move(row));
    }
    for (const auto& [role, pieces] : left)
      for (const std::size_t p : pieces) {
        LayerRow row;
        fill(row, a_, sa_.pieces[p], false);
        result_.of_a[p] = result_.rows.size();
        result_.rows.push_back(std::move(row));
      }
  }

  static std::string name_of(const Side& side, const Piece& piece) {
    return piece.op == kNone ? "" : side.run.network.operators[piece.op].name;
  }
  std::string name_a(std::size_t piece) const { return name_of(a_, sa_.pieces[piece]); }
  std::string name_b(std::size_t piece) const { return name_of(b_, sb_.pieces[piece]); }

  static void fill(LayerRow& row, const Side& side, const Piece& piece, bool is_b) {
    std::string name;
    if (piece.op != kNone) {
      name = side.run.network.operators[piece.op].name;
      row.kind = side.run.network.operators[piece.op].kind;
    }
    if (piece.layer != kNone) {
      const LayerCost& layer = side.run.result.layers[piece.layer];
      if (piece.op == kNone) {
        name = layer.name.empty() ? "(no layer)" : layer.name;
        row.kind = short_kind(layer.kind);
      }
      (is_b ? row.b_ps : row.a_ps) = layer.critical_ps;
      (is_b ? row.b_busy_ps : row.a_busy_ps) = busy(layer);
      (is_b ? row.layers_b : row.layers_a).push_back(static_cast<std::uint32_t>(piece.layer));
    }
    (is_b ? row.name_b : row.name_a) = name;
  }

  const Side& a_;
  const Side& b_;
  const Structure& sa_;
  const Structure& sb_;
  LayerRows result_;
};

}  // namespace

LayerRows make_rows(const Side& a, const Structure& sa, const Side& b, const Structure& sb,
                    const Alignment& alignment) {
  return RowMaker(a, sa, b, sb, alignment).take();
}

std::vector<std::string> ranked_layers(const std::vector<LayerRow>& rows, std::set<std::size_t> own,
                                       std::set<std::size_t> all) {
  std::set<std::size_t> computing;
  for (const std::size_t r : own)
    if (!is_helper(rows[r].kind) && rows[r].kind != "Copy") computing.insert(r);
  if (!computing.empty()) own = computing;
  if (!own.empty()) all = own;
  std::vector<std::pair<std::pair<bool, double>, std::size_t>> order;
  for (const std::size_t r : all) {
    const LayerRow& row = rows[r];
    const double busy_change = std::abs(double(row.b_busy_ps - row.a_busy_ps));
    const double path_change = std::abs(double(row.b_ps - row.a_ps));
    const double change = own.count(r) != 0 ? busy_change : std::min(path_change, busy_change) + 1e-3 * path_change;
    if (row.kind == "Copy" || row.kind.empty()) continue;  // of the firmware: no operator
    if (change > 0 || own.count(r) != 0) order.push_back({{own.count(r) != 0, change}, r});
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
  std::vector<std::string> names;
  for (const auto& [key, r] : order) {
    const std::string& name = rows[r].name_b.empty() ? rows[r].name_a : rows[r].name_b;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace bmemu::harness
