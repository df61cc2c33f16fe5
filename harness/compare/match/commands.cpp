// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/commands.h"

#include <algorithm>
#include <tuple>

namespace bmemu::harness {
namespace {

constexpr std::size_t kLargestTable = 400'000;  ///< entries of the table of one common subsequence

class Matcher {
 public:
  Matcher(const Run& a, const std::vector<std::uint32_t>& of_a, const Run& b, const std::vector<std::uint32_t>& of_b)
      : a_(a), b_(b), of_a_(of_a), of_b_(of_b) {}

  std::vector<CommandPair> match() {
    std::size_t first = 0;
    std::size_t last_a = of_a_.size();
    std::size_t last_b = of_b_.size();
    for (; first < std::min(last_a, last_b) && is_same(first, first); ++first) add_same(first, first);
    std::size_t behind = 0;
    for (; last_a > first && last_b > first && is_same(last_a - 1, last_b - 1); ++behind) {
      --last_a;
      --last_b;
    }
    match_between(first, last_a, first, last_b);
    for (std::size_t k = 0; k < behind; ++k) add_same(last_a + k, last_b + k);
    return std::move(pairs_);
  }

 private:
  bool is_same_operation(std::size_t i, std::size_t j) const {
    const CommandRecord& x = a_.log.records()[of_a_[i]];
    const CommandRecord& y = b_.log.records()[of_b_[j]];
    return x.engine == y.engine && a_.log.operation(x) == b_.log.operation(y);
  }
  bool is_same(std::size_t i, std::size_t j) const {
    const CommandRecord& x = a_.log.records()[of_a_[i]];
    const CommandRecord& y = b_.log.records()[of_b_[j]];
    return x.bytes == y.bytes && x.ideal_cycles == y.ideal_cycles && is_same_operation(i, j);
  }
  void add_same(std::size_t i, std::size_t j) { pairs_.push_back({CommandMatch::kSame, of_a_[i], of_b_[j]}); }

  /// By the longest common subsequence of [i0, i1) and [j0, j1).
  void match_between(std::size_t i0, std::size_t i1, std::size_t j0, std::size_t j1) {
    const std::size_t rows = i1 - i0 + 1;
    const std::size_t columns = j1 - j0 + 1;
    if (rows == 1 || columns == 1 || rows * columns > kLargestTable) return fill_gap(i0, i1, j0, j1);
    std::vector<std::uint32_t> best(rows * columns, 0);  // of what is left from (i, j) on
    for (std::size_t i = rows - 1; i-- > 0;)
      for (std::size_t j = columns - 1; j-- > 0;)
        best[i * columns + j] = is_same(i0 + i, j0 + j)
                                    ? best[(i + 1) * columns + j + 1] + 1
                                    : std::max(best[(i + 1) * columns + j], best[i * columns + j + 1]);
    std::size_t i = 0;
    std::size_t j = 0;
    std::size_t gap_i = 0;
    std::size_t gap_j = 0;
    while (i + 1 < rows && j + 1 < columns) {
      if (is_same(i0 + i, j0 + j)) {
        fill_gap(i0 + gap_i, i0 + i, j0 + gap_j, j0 + j);
        add_same(i0 + i, j0 + j);
        gap_i = ++i;
        gap_j = ++j;
      } else if (best[(i + 1) * columns + j] >= best[i * columns + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
    fill_gap(i0 + gap_i, i1, j0 + gap_j, j1);
  }

  /// Equal operations in their order; the others are gone or new.
  void fill_gap(std::size_t i, std::size_t i1, std::size_t j, std::size_t j1) {
    for (; i < i1; ++i) {
      std::size_t partner = j;
      while (partner < j1 && !is_same_operation(i, partner)) ++partner;
      if (partner == j1) {
        pairs_.push_back({CommandMatch::kGone, of_a_[i], CommandPair::kNone});
        continue;
      }
      for (; j < partner; ++j) pairs_.push_back({CommandMatch::kNew, CommandPair::kNone, of_b_[j]});
      pairs_.push_back({is_same(i, j) ? CommandMatch::kSame : CommandMatch::kChanged, of_a_[i], of_b_[j]});
      ++j;
    }
    for (; j < j1; ++j) pairs_.push_back({CommandMatch::kNew, CommandPair::kNone, of_b_[j]});
  }

  const Run& a_;
  const Run& b_;
  const std::vector<std::uint32_t>& of_a_;
  const std::vector<std::uint32_t>& of_b_;
  std::vector<CommandPair> pairs_;
};

}  // namespace

std::string_view name(CommandMatch match) {
  constexpr std::array<std::string_view, kCommandMatches> kNames = {"same", "changed", "new", "gone"};
  return kNames[static_cast<std::size_t>(match)];
}

void count(const std::vector<CommandPair>& pairs, MatchCounts& counts) {
  for (const CommandPair& pair : pairs) ++counts[static_cast<std::size_t>(pair.match)];
}

std::vector<std::vector<std::uint32_t>> records_by_layer(const Run& run) {
  std::vector<std::vector<std::uint32_t>> result(run.result.layers.size());
  const auto& records = run.log.records();
  for (std::uint32_t i = 0; i < records.size() && !result.empty(); ++i)
    result[std::min<std::size_t>(records[i].layer, result.size() - 1)].push_back(i);
  for (auto& of : result)
    std::sort(of.begin(), of.end(), [&](std::uint32_t x, std::uint32_t y) {
      const auto key = [&](std::uint32_t r) {
        return std::tuple(records[r].engine, records[r].group, records[r].index);
      };
      return key(x) < key(y);
    });
  return result;
}

std::vector<CommandPair> match_commands(const Run& a, const std::vector<std::uint32_t>& of_a, const Run& b,
                                        const std::vector<std::uint32_t>& of_b) {
  return Matcher(a, of_a, b, of_b).match();
}

}  // namespace bmemu::harness
