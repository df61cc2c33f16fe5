// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/replacements.h"

#include <algorithm>
#include <set>

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

/// Units without a partner that hang together, and the units with one around them (A's numbers). Nothing before it:
/// the network's input; nothing behind it: its output.
struct Group {
  std::set<std::size_t> units;
  std::set<std::size_t> before, behind;
};

std::vector<Group> groups_of(const Structure& s, const std::vector<std::size_t>& partner, bool is_b) {
  std::vector<std::vector<std::size_t>> makers(s.units.size());
  for (std::size_t u = 0; u < s.units.size(); ++u)
    for (const std::size_t reader : s.units[u].consumers) makers[reader].push_back(u);
  std::vector<bool> is_seen(s.units.size(), false);
  std::vector<Group> groups;
  for (std::size_t first = 0; first < s.units.size(); ++first) {
    if (partner[first] != kNone || is_seen[first]) continue;
    Group group;
    std::vector<std::size_t> open = {first};
    is_seen[first] = true;
    const auto visit = [&](std::size_t other, std::set<std::size_t>& side) {
      if (partner[other] != kNone) {
        side.insert(is_b ? partner[other] : other);
      } else if (!is_seen[other]) {
        is_seen[other] = true;
        open.push_back(other);
      }
    };
    while (!open.empty()) {
      const std::size_t unit = open.back();
      open.pop_back();
      group.units.insert(unit);
      for (const std::size_t maker : makers[unit]) visit(maker, group.before);
      for (const std::size_t reader : s.units[unit].consumers) visit(reader, group.behind);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

bool meet(const std::set<std::size_t>& x, const std::set<std::size_t>& y) {
  if (x.empty() && y.empty()) return true;
  return std::any_of(x.begin(), x.end(), [&](std::size_t unit) { return y.count(unit) != 0; });
}

}  // namespace

Replacements find_replacements(const Structure& a, const Structure& b, const Alignment& alignment) {
  Replacements result;
  result.of_a.assign(a.units.size(), kNone);
  result.of_b.assign(b.units.size(), kNone);
  const auto groups_a = groups_of(a, alignment.to_b, false);
  auto groups_b = groups_of(b, alignment.to_a, true);
  const auto add = [&](std::vector<std::size_t>& of, const Group& group) {
    for (const std::size_t unit : group.units) of[unit] = result.has_both_sides.size();
  };
  for (const Group& group : groups_a) {
    add(result.of_a, group);
    const auto other = std::find_if(groups_b.begin(), groups_b.end(), [&](const Group& candidate) {
      return meet(group.before, candidate.before) && meet(group.behind, candidate.behind);
    });
    if (other != groups_b.end()) add(result.of_b, *other);
    result.has_both_sides.push_back(other != groups_b.end());
    if (other != groups_b.end()) groups_b.erase(other);
  }
  for (const Group& group : groups_b) {
    add(result.of_b, group);
    result.has_both_sides.push_back(false);
  }
  return result;
}

}  // namespace bmemu::harness
