// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which commands of two matched operators are the same.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness/measure/run.h"

namespace bmemu::harness {

enum class CommandMatch : unsigned char {
  kSame,     ///< the same operation on as much work
  kChanged,  ///< the same operation in the same place on other work
  kNew,      ///< only B has it
  kGone,     ///< only A has it
};
inline constexpr std::size_t kCommandMatches = 4;
std::string_view name(CommandMatch match);

struct CommandPair {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  CommandMatch match = CommandMatch::kSame;
  std::uint32_t a = kNone, b = kNone;  ///< indices into CommandLog::records
};

/// How many of each match.
using MatchCounts = std::array<std::uint64_t, kCommandMatches>;
void count(const std::vector<CommandPair>& pairs, MatchCounts& counts);

/// Records of each layer of a run, engine by engine in the order of the program.
std::vector<std::vector<std::uint32_t>> records_by_layer(const Run& run);

/// `of_a`, `of_b`: records of the two operators, as of `records_by_layer`. Each appears in one pair, in their order.
/// Most commands in a common order are matched (longest common subsequence; very long lists: their common ends alone),
/// then equal operations between two matches.
std::vector<CommandPair> match_commands(const Run& a, const std::vector<std::uint32_t>& of_a, const Run& b,
                                        const std::vector<std::uint32_t>& of_b);

}  // namespace bmemu::harness
